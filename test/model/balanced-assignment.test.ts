import { describe, expect, it } from 'vitest';
import { routers } from '../../src/model/registry';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/routers.json';
import { expectClose, useBackend } from './backend';
import { rows, sum } from './router-parity';

useBackend();

describe('Sinkhorn', () => {
  it('evens a load that one expert would take', async () => {
    const router = routers.get('sinkhorn');
    // An input that always holds 1 favours expert 0 in every token.
    const noise = normal<tf.Rank.R2>([64, 3], 1, 5, 'x');
    const x = tf.concat([noise, tf.ones([64, 1])], 1) as tf.Tensor2D;
    const favour = tf.tensor2d([[3, 0, 0, 0]]);
    const weight = tf.concat([normal<tf.Rank.R2>([3, 4], 0.7, 6, 'w'), favour], 0);
    const input = { x, params: { 'router.weight': weight }, topK: 1 };
    const most = async (evaluating: boolean) => {
      const { mask } = router.route({ ...input, evaluating });
      return (await tf.max(tf.sum(mask, 0)).data())[0];
    };
    expect(await most(true)).toBeGreaterThan(40);
    expect(await most(false)).toBeLessThan(24);
  });
});

describe('BASE', () => {
  for (const [i, { kind, affinity, best }] of reference.assignments.entries()) {
    const [tokens, experts] = [affinity.length, affinity[0].length];
    it(`${i}: ${tokens} tokens to ${experts} experts, ${kind}: even, and as good as promised`, async () => {
      const mask = await rows(tf.balancedAssignment(tf.tensor2d(affinity)));
      for (const row of mask) expect(sum(row)).toBe(1);
      for (let e = 0; e < experts; e++)
        expect(sum(mask.map((row) => row[e]))).toBe(tokens / experts);
      const total = sum(mask.map((row, t) => sum(row.map((chosen, e) => chosen * affinity[t][e]))));
      const all = affinity.flat();
      const raise = (Math.max(...all) - Math.min(...all)) / 256;
      expect(total).toBeLessThanOrEqual(best + 1e-5);
      expect(total).toBeGreaterThanOrEqual(best - tokens * raise - 1e-5);
    });
  }

  it('is even for equal affinities, for a large batch and for one favourite', async () => {
    const favourite = tf.tensor2d([Array.from({ length: 8 }, (_, e) => (e === 2 ? 9 : 0))]);
    for (const affinity of [
      tf.zeros<tf.Rank.R2>([32, 4]),
      normal<tf.Rank.R2>([256, 8], 1, 1, 'affinity'),
      tf.add(normal<tf.Rank.R2>([128, 8], 1, 2, 'affinity'), favourite) as tf.Tensor2D,
    ]) {
      const [tokens, experts] = affinity.shape;
      const mask = tf.balancedAssignment(affinity);
      await expectClose(tf.sum(mask, 1), Array(tokens).fill(1), 0);
      await expectClose(tf.sum(mask, 0), Array(experts).fill(tokens / experts), 0);
    }
  });

  it('beats handing out places in order of preference', async () => {
    const affinity = normal<tf.Rank.R2>([64, 8], 1, 11, 'affinity');
    const values = await rows(affinity);
    const free = Array(8).fill(8);
    let greedy = 0;
    for (const row of values) {
      const open = row.map((value, e) => (free[e] > 0 ? value : -Infinity));
      const best = open.indexOf(Math.max(...open));
      free[best]--;
      greedy += open[best];
    }
    const total = (await tf.sum(tf.mul(tf.balancedAssignment(affinity), affinity)).data())[0];
    expect(total).toBeGreaterThan(greedy);
  });

  it('refuses batches that do not divide, and more than one expert per token', () => {
    const refusal = routers.get('base').refusal!;
    expect(refusal({ experts: 8, topK: 1, tokens: 100 })).toContain('do not divide by 8');
    expect(refusal({ experts: 8, topK: 2, tokens: 64 })).toContain('topK is 2');
  });

  it('lets tokens choose for themselves while evaluating', async () => {
    const router = routers.get('base');
    const input = {
      x: tf.tensor2d([[1], [1], [1]]),
      params: { 'router.weight': tf.tensor2d([[1, 2]]) },
    };
    const { mask } = router.route({ ...input, topK: 1, evaluating: true });
    await expectClose(
      mask,
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      0,
    );
  });
});
