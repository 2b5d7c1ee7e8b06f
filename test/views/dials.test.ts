import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/dials';
import { nothing } from './examples/shared';

const [apart, swinging] = examples;

/** Ends of the hands, left to right: those marks that are not the loads' own. */
const hands = (document: Document) =>
  [...document.querySelectorAll('line.v-middle')]
    .filter((line) => line.getAttribute('y1') !== line.getAttribute('y2'))
    .map((line) => Number(line.getAttribute('x2')) - Number(line.getAttribute('x1')));

describe('the dials', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('turn to the right where the bias is above the mean of all, to the left where below', () => {
    const [a, b, c, d] = hands(drawn(apart));
    expect(a).toBeLessThan(b);
    expect(b).toBeLessThan(0);
    expect(c).toBeCloseTo(-b, 1);
    expect(d).toBeCloseTo(-a, 1);
    // Not 0.22 as the bias is: a drift of all chooses nobody.
    expect(texts(drawn(apart))).toContain('+0.120');
  });

  it('show the last batch as bars and the last fifty as marks', () => {
    const document = drawn(swinging);
    const heights = [...document.querySelectorAll('rect.v-river')].map((bar) =>
      Number(bar.getAttribute('height')),
    );
    expect(heights[0]).toBeCloseTo(0, 1);
    expect(heights[2]).toBeGreaterThan(50);
    const marks = [...document.querySelectorAll('line.v-middle')]
      .filter((line) => line.getAttribute('y1') === line.getAttribute('y2'))
      .map((line) => Number(line.getAttribute('y1')));
    // Five rows of the last fifty steps: three of one kind, two of the other.
    expect(Math.abs(marks[0] - marks[2])).toBeLessThan(heights[2] * 0.3);
  });

  it('say shares, biases and where these move', () => {
    expect(spaced(apart.view.describe(apart.run))).toBe(
      'Share of the last batch per expert, and its selection bias less the mean of all: A 40 %, 40 % over 50 batches, bias −0.120 and falling; B 30 %, 30 % over 50 batches, bias −0.0600 and falling; C 20 %, 20 % over 50 batches, bias +0.0600 and rising; D 10 %, 10 % over 50 batches, bias +0.120 and rising.',
    );
    expect(apart.view.describe(nothing())).toMatch(/stand at 0/);
  });
});
