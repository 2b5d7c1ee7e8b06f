import { describe, expect, it } from 'vitest';
import { asStored, drawn } from './draw';
import { probe, runOf } from './examples/shared';
import { examples } from './examples/turned-coins';

const [example] = examples;

describe('turned coins', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('frame the earlier coin whose experts changed, and no other', () => {
    expect(drawn(example).querySelectorAll('.v-changed')).toHaveLength(1);
    expect(example.view.describe(example.run)).toMatch(/1 of 4 earlier coins change/);
  });

  it.each([288, 358, 700, 940])('are fewer where many experts take a coin, %i px wide', (width) => {
    // Of sixteen experts eleven take each first coin.
    const run = runOf({
      probes: {
        faces: probe([2, 4, 4], () => 1),
        turned: probe([2, 4, 4, 16], (_, __, place, expert) => Number(!place && expert < 11)),
      },
    });
    const document = drawn({ view: example.view, run }, width);
    const [, , , height] = document.querySelector('svg')!.getAttribute('viewBox')!.split(' ');
    const coins = [...document.querySelectorAll('.v-coin')].map((coin) => ({
      x: Number(coin.getAttribute('cx')),
      top: Number(coin.getAttribute('cy')) - 13,
    }));
    const words = [...document.querySelectorAll('text.v-axis')].map((text) =>
      Number(text.getAttribute('y')),
    );
    const bullets = [...document.querySelectorAll('g[transform]')].map((bullet) => {
      const [x, y] = /\((.*)\)/.exec(bullet.getAttribute('transform')!)![1].split(',').map(Number);
      return { x, y, r: Number(bullet.querySelector('circle')!.getAttribute('r')) };
    });
    expect(bullets.length).toBeGreaterThanOrEqual(22);
    for (const { x, y, r } of bullets) {
      expect(y + r).toBeLessThan(Number(height));
      // Neither a coin of its column nor words at its left lie under it.
      const under = coins.filter((coin) => Math.abs(coin.x - x) < 13 + r && coin.top > y - 36);
      expect(under.filter(({ top }) => top < y + r)).toEqual([]);
      const beside = words.filter((foot) => x - r < 96 && Math.abs(foot - 5 - y) < 5 + r);
      expect(beside).toEqual([]);
    }
  });

  it('have both ways in the table', () => {
    const { rows } = example.view.table(example.run);
    expect(rows[0]).toEqual(['1.1', 'tails: A', 'tails: D']);
    expect(rows[2]).toEqual(['1.3 (the last)', 'heads: C', 'tails: C']);
  });
});
