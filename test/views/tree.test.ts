import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/tree';

const [two, one] = examples;

describe('a tree of experts', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('has a branch for each child, as wide as what goes down it', () => {
    const branches = [...drawn(two).querySelectorAll('.v-branch path')];
    expect(branches).toHaveLength(6);
    const wide = branches.map((branch) => Number(branch.getAttribute('stroke-width')));
    // 0.4 and 0.1 below the first gate, as wide together as its own branch, but for the hairlines.
    expect(wide[0] - 1).toBeCloseTo(wide[2] - 1 + (wide[3] - 1), 6);
    expect(wide[2]).toBeGreaterThan(3 * wide[3] - 3);
  });

  it('has a gate at each node and an expert at each leaf', () => {
    expect(drawn(two).querySelectorAll('.v-node path')).toHaveLength(3);
    expect(drawn(one).querySelectorAll('.v-node path')).toHaveLength(1);
    expect(texts(drawn(two)).map((words) => words.trim())).toEqual(
      expect.arrayContaining(['A', 'D', '40 %', '20 %']),
    );
  });

  it('is said, and nothing before there are shares', () => {
    expect(spaced(two.view.describe(two.run))).toBe(
      'A tree with 2 levels of gates. share of the cases: A 40 %, B 10 %, C 30 %, D 20 %.',
    );
    expect(spaced(one.view.describe(one.run))).toMatch(/^A tree with 1 level of gates/);
    expect(two.view.describe(nothing())).toBe('share of the cases: nothing shared out yet.');
    expect(two.view.table(two.run).rows[1]).toEqual(['B', '10.0\u00a0%']);
  });
});
