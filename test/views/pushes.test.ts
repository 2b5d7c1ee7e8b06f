import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/pushes';
import { nothing } from './examples/shared';

const [example] = examples;

describe('pushes', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('have an arrow on each expert, longest where the push is', () => {
    const arrows = [...drawn(example).querySelectorAll('.v-push path')];
    expect(arrows).toHaveLength(6);
    const length = (i: number) => {
      const ys = arrows[i].getAttribute('d')!.match(/^M[\d.]+,([\d.]+)L?[\d.]*,([\d.]+)/)!;
      return Math.abs(Number(ys[1]) - Number(ys[2]));
    };
    // Alike under the first error, the worse one's longer under the second, the better one's under the third.
    expect(length(0)).toBeCloseTo(length(1), 0);
    expect(length(3)).toBeGreaterThan(2 * length(2));
    expect(length(4)).toBeGreaterThan(2 * length(5));
  });

  it('say each push and where the experts stand together', () => {
    const words = texts(drawn(example));
    expect(words).toEqual(expect.arrayContaining(['−0.982', '−0.0540', 'together', 'right']));
    expect(words).toContain('logits: A +2.00, B −2.00');
    expect(spaced(example.view.describe(example.run))).toMatch(
      /^of the mixture: A at 1.00 is moved by −2.00, B at 3.00 is moved by −2.00; logits/,
    );
    expect(example.view.describe(nothing())).toBe('Nothing is moved yet.');
    expect(example.view.table(example.run).rows).toHaveLength(6);
  });
});
