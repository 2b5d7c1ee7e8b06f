import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/load-bars';
import { nothing } from './examples/shared';

const [plain, biased] = examples;

describe('the load bars', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('are as high as the shares, over the fair one', () => {
    const document = drawn(plain);
    const heights = [...document.querySelectorAll('.v-river rect')].map((bar) =>
      Number(bar.getAttribute('height')),
    );
    expect(heights).toHaveLength(4);
    expect(heights[0] / heights[3]).toBeCloseTo(10, 0);
    expect(texts(document)).toContain('fair 25 %');
  });

  it('have dials where a bias is moved, and none where not', () => {
    expect(drawn(plain).querySelectorAll('.v-dial')).toHaveLength(0);
    const hands = [...drawn(biased).querySelectorAll('.v-dial line')].map((hand) =>
      Number(hand.getAttribute('y1')),
    );
    expect(hands).toEqual([...hands].sort((a, b) => b - a));
    expect(hands).toHaveLength(4);
  });

  it('say the shares and whom the bias favours', () => {
    expect(spaced(biased.view.describe(biased.run))).toBe(
      'Share of the assignments per expert: A 50 %, B 30 %, C 15 %, D 5 %; the fair share is 25 %. The bias favours D most.',
    );
    expect(biased.view.describe(nothing())).toBe('No tokens have been routed yet.');
  });
});
