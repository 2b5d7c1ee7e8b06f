import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/bars';
import { nothing } from './examples/shared';

const [explained, experts, lanes] = examples;

describe('bars', () => {
  it.each(examples)('are as stored: $view.name, $state', asStored);

  it('are as long as their numbers, the longest first', () => {
    const lengths = [...drawn(explained).querySelectorAll('.v-bar rect')].map((bar) => [
      Number(bar.getAttribute('y')),
      Number(bar.getAttribute('width')),
    ]);
    const [first, second] = lengths.sort(([a], [b]) => a - b);
    expect(first[1] / second[1]).toBeCloseTo(0.34 / 0.12, 1);
  });

  it('say their numbers and intervals, and what they are held against', () => {
    expect(spaced(explained.view.describe(explained.run))).toBe(
      'share of the choice that is explained: character 34 % (27 % to 44 %), character to come 12 % (10 % to 16 %), kind 8 % (6 % to 10 %), place in the row 2 % (2 % to 3 %); shuffled 5 %.',
    );
    expect(drawn(explained).querySelectorAll('.v-under line')).toHaveLength(4);
    expect(texts(drawn(explained))).toContain('shuffled');
    expect(explained.view.describe(nothing())).toMatch(/nothing measured yet/);
  });

  it('are experts with their bullets, in their order where that is asked for', () => {
    expect(drawn(experts).querySelectorAll('circle')).toHaveLength(8);
    expect(experts.view.table(experts.run).rows.map(([name]) => name)).toEqual([...'ABCDEFGH']);
  });

  it('are one a lane', () => {
    expect(lanes.view.table(lanes.run).rows.map(([name]) => name)).toEqual([
      'dense, eight times as wide',
      'eight experts',
      'dense',
    ]);
  });
});
