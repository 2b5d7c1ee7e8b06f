import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/parted';
import { nothing } from './examples/shared';

const [two, one] = examples;

/** Left edge and width of each bar, in the order whole, first part, second part. */
const bars = (example: (typeof examples)[number], width?: number) =>
  [...drawn(example, width).querySelectorAll('.v-river rect')].map((bar) =>
    ['x', 'width'].map((name) => Number(bar.getAttribute(name))),
  );

describe('a whole and its parts', () => {
  it.each(examples)('are as stored: $view.name, $state', asStored);

  it('are bars of one length', () => {
    const [whole, first, second] = bars(two);
    expect(first[1] + second[1]).toBeCloseTo(whole[1], 0);
    expect(second[0]).toBeCloseTo(first[0] + first[1], 0);
    expect(first[1] / whole[1]).toBeCloseTo(0.01234 / 0.02344, 2);
    // On a phone each has a row of its own, and its place below the whole.
    const narrow = bars(two, 358);
    expect(narrow[2][0]).toBeCloseTo(narrow[1][0] + narrow[1][1], 0);
  });

  it('say their numbers, and what is left over', () => {
    expect(texts(drawn(two)).map(spaced)).toEqual(
      expect.arrayContaining([
        'mean error of the members 0.02344',
        'error of the average 0.01234',
        'ambiguity 0.01110',
        'left over: 2.5·10⁻⁷ of the whole',
      ]),
    );
    expect(two.view.describe(two.run)).toBe(
      'squared error: mean error of the members 0.02344 = error of the average 0.01234 + ambiguity 0.01110; left over: 2.5·10⁻⁷ of the whole.',
    );
    expect(one.view.table(one.run).rows[1]).toEqual(['error of the average', '0.4000']);
    expect(two.view.describe(nothing())).toBe('squared error: nothing measured yet.');
  });
});
