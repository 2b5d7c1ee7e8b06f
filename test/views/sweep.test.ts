import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/sweep';

const [widths, corners, price] = examples;

describe('a sweep', () => {
  it.each(examples)('is as stored: $view.name, $state', asStored);

  const places = (document: Document) =>
    [...document.querySelectorAll('.v-dot circle')].map((dot) => [
      Number(dot.getAttribute('cx')),
      Number(dot.getAttribute('cy')),
    ]);

  it('has a point a value, evenly apart where values grow by a factor', () => {
    const [a, b, c, d] = places(drawn(widths));
    expect(b[0] - a[0]).toBeCloseTo(d[0] - c[0], 0);
    expect(b[1] - a[1]).toBeCloseTo(d[1] - c[1], 0);
    expect(texts(drawn(widths))).toEqual(expect.arrayContaining(['1', '4', '16', '64']));
  });

  it('gives 0 a place of its own, half a decade to the left', () => {
    const document = drawn(price);
    const [zero, tenth, one] = places(document).map(([x]) => x);
    expect((tenth - zero) / (one - tenth)).toBeCloseTo(0.5, 1);
    expect(texts(document).slice(0, 12)).not.toContain('0.0316');
    expect(texts(document)).toContain('0');
  });

  it('marks a value that means something, through all panels', () => {
    expect(texts(drawn(corners))).toContain('as many units as corners (3)');
    expect(drawn(corners).querySelectorAll('.v-event line')).toHaveLength(1);
  });

  it('says every result', () => {
    expect(price.view.describe(price.run)).toBe(
      'After 120 steps, over balance strength α (log scale; 0 is no balancing). task loss (log scale): 0.0417 at 0, 0.0333 at 0.1, 0.0500 at 1. MaxVio: busiest expert above fair share, as a multiple of it: 3.00 at 0, 1.00 at 0.1, 0.200 at 1.',
    );
    expect(price.view.describe(nothing())).toMatch(/^Nothing trained yet/);
  });
});
