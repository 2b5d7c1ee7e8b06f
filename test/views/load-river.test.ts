import { describe, expect, it } from 'vitest';
import { loadRiver } from '../../src/views/load-river';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/load-river';
import { nothing } from './examples/shared';

describe('the load river', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('fills its height from top to bottom at every step', () => {
    const [example] = examples;
    const edges = [...drawn(example).querySelectorAll('.v-river path')].map((path) =>
      [...path.getAttribute('d')!.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y)),
    );
    expect(edges).toHaveLength(3);
    const half = edges[0].length / 2;
    const [lower, upper] = [0, half].map((from) => edges.map((ys) => ys.slice(from, from + half)));
    expect(upper[0].every((y) => y === 30)).toBe(true);
    // The lower edge of one band is the upper edge of the next, which is drawn backwards.
    expect(lower[0]).toEqual(upper[1].reverse());
    expect(lower[1]).toEqual(upper[2].reverse());
    expect(new Set(lower[2]).size).toBe(1);
  });

  it('names every expert with its share, the dead ones too, and what was dropped', () => {
    expect(texts(drawn(examples[0])).slice(-6)).toEqual(['A', 'B', 'C', '70 %', '30 %', '0 %']);
    expect(texts(drawn(examples[1]))).toContain('dropped 18 %');
    expect(texts(drawn(examples[1]))).toContain('balancer: Switch loss');
  });

  it('gives the first ten steps the room of the next ninety, on a log axis', () => {
    const [even, factors] = [examples[0], examples[2]].map((example) => {
      const path = drawn(example).querySelector('.v-river path')!.getAttribute('d')!;
      const xs = [...path.matchAll(/[ML](-?[\d.]+),/g)].map(([, x]) => Number(x));
      return Math.max(...xs) / (940 - 72);
    });
    // 120 of 200 steps.
    expect(even).toBeCloseTo(120 / 200, 2);
    expect(factors).toBeCloseTo(Math.log(120) / Math.log(200), 2);
    expect(texts(drawn(examples[2]))).toEqual(expect.arrayContaining(['1', '10', '100']));
  });

  it('leaves out the word for a change that has no room beside its neighbours', () => {
    const [example] = examples;
    const shown = (...steps: number[]) => {
      const events = steps.map((step) => ({ step, words: `what moves: nothing (${step})` }));
      const document = drawn({ ...example, run: { ...example.run, events } });
      return texts(document).filter((text) => text.startsWith('what'));
    };
    expect(shown(100)).toHaveLength(1);
    // One to the left of its rule, one to the right of its own.
    expect(shown(100, 104)).toHaveLength(2);
    expect(shown(100, 102, 104).map(spaced)).toEqual([
      'what moves: nothing (104)',
      'what moves: nothing (100)',
    ]);
  });

  it('says who leads and what was changed', () => {
    expect(spaced(loadRiver.describe(examples[1].run))).toMatch(
      /^Share of the assignments per expert after 120 steps: A \d+ %, B .* found no room. At step 40: balancer/,
    );
    expect(loadRiver.describe(nothing())).toBe('No tokens have been routed yet.');
  });
});
