/** What the options of station 06's task do to its tokens. */
import { describe, expect, it } from 'vitest';
import { create, dim, shares } from '../../src/model/tasks/clusters';
import * as tf from '../../src/tensor/tf';
import { useBackend } from './backend';

useBackend();

const tokens = 4096;

/** Rows of one batch: tokens and their answers. */
async function draw(options: Parameters<typeof create>[1], step = 0) {
  const task = create(3, options);
  const counter = tf.scalar(step, 'int32');
  const { x, y } = tf.tidy(() => task.batch(tokens, { seed: 3, counter }));
  const [points, answers] = await Promise.all([x.array(), y.array()]);
  const looks = task.specimens(8);
  const specimens = await looks.array();
  tf.dispose([x, y, counter, looks]);
  task.dispose();
  return { points, answers, specimens };
}

const mean = (rows: number[][]) =>
  rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
const length = (row: number[]) => Math.hypot(...row);
const away = (a: number[], b: number[]) => length(a.map((x, i) => x - b[i]));

describe('the shares of the clusters', () => {
  it('are equal without skew, as 1 to 1/2 to 1/3 with a skew of 1, and sum to 1', () => {
    for (const share of shares(0)) expect(share).toBeCloseTo(1 / 16, 12);
    const [first, second, third] = shares(1);
    expect(first / second).toBeCloseTo(2, 12);
    expect(first / third).toBeCloseTo(3, 12);
    expect(shares(1.5).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('are those of the tokens that are drawn', async () => {
    for (const skew of [0, 2]) {
      const { points, specimens } = await draw({ common: 0, skew });
      const centers = Array.from({ length: 16 }, (_, c) => mean(specimens.slice(8 * c, 8 * c + 8)));
      const counts = centers.map(() => 0);
      for (const point of points) {
        const distances = centers.map((center) => away(center, point));
        counts[distances.indexOf(Math.min(...distances))]++;
      }
      // Clusters overlap a little, and a count has a spread of its own.
      expect(Math.abs(counts[0] / tokens - shares(skew)[0])).toBeLessThan(0.05);
    }
  });
});

describe('what tokens have in common', () => {
  it('is a direction of length 4, and an answer of as much on average, or neither', async () => {
    const [all, none] = [await draw({ common: 1 }), await draw({ common: 0 })];
    // The mean of 16 centers that share nothing is not 0, but short: √(8/16) or so.
    const direction = mean(all.points).map((x, i) => x - mean(none.points)[i]);
    const answer = mean(all.answers).map((y, i) => y - mean(none.answers)[i]);
    expect(direction).toHaveLength(dim);
    expect(length(direction)).toBeCloseTo(4, 3);
    expect(length(answer)).toBeCloseTo(4, 3);
    expect(length(mean(none.points))).toBeLessThan(1.5);
  });
});
