import { describe, expect, it } from 'vitest';
import { groupLimited } from '../../src/model/group-limited';
import { routers } from '../../src/model/registry';
import type { Router } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/routers.json';
import { expectClose, useBackend } from './backend';
import { type Case, expectAsInPyTorch, rows, sum, title } from './router-parity';

useBackend();

describe('groupLimited', () => {
  for (const given of reference.grouped) {
    const { groups, limit } = given;
    const limits = { groups, limit, score: given.score as 'max' | 'sum' };
    it(`${title(given as Case)}: ${limit} of ${groups} groups by ${given.score}`, () =>
      expectAsInPyTorch(groupLimited(routers.get(given.router), limits), given as unknown as Case));
  }

  it('excludes groups also where all biased scores are below 0', async () => {
    const { groups, limit, topK, bias, mask } = reference.negative;
    const router = groupLimited(routers.get('sigmoid-normalised'), { groups, limit, score: 'sum' });
    const routing = router.route({
      x: tf.tensor2d(reference.x),
      params: { 'router.weight': tf.tensor2d(reference.weight) },
      topK,
      bias: tf.tensor1d(bias),
    });
    await expectClose(routing.mask, mask, 0);
  });

  it.each(['max', 'sum'] as const)('leaves a barred group out, scored by %s', async (score) => {
    // Both experts of group 1 and one of group 2 are barred; a token uses two of four groups.
    const bias = Array.from({ length: 8 }, (_, e) =>
      [2, 3, 4].includes(e) ? Number.NEGATIVE_INFINITY : 0,
    );
    const limited = groupLimited(routers.get('softmax-top-k'), { groups: 4, limit: 2, score });
    const topK = score === 'max' ? 2 : 4;
    const { mask, gates } = limited.route({
      x: normal<tf.Rank.R2>([24, 5], 1, 3, 'x'),
      params: limited.init(5, 8, 1),
      topK,
      bias: tf.tensor1d(bias),
    });
    for (const row of await rows(mask)) {
      expect(sum(row)).toBe(topK);
      expect(row[2] + row[3] + row[4]).toBe(0);
      const used = new Set(row.flatMap((chosen, e) => (chosen ? [Math.floor(e / 2)] : [])));
      expect(used.size).toBeLessThanOrEqual(2);
    }
    expect((await rows(gates)).flat().every(Number.isFinite)).toBe(true);
  });

  const able = routers.all.filter(
    (router) => router.takesBias !== false && (router.perToken ?? 'topK') === 'topK',
  );
  it.each(able)('keeps $name within the limit', async (router) => {
    const limited = groupLimited(router, { groups: 4, limit: 1, score: 'max' });
    const topK = router.refusal?.({ experts: 8, topK: 2, tokens: 24 }) ? 1 : 2;
    const { mask, gates } = limited.route({
      x: normal<tf.Rank.R2>([24, 5], 1, 3, 'x'),
      params: limited.init(5, 8, 1),
      topK,
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
      experts: 8,
    });
    for (const row of await rows(mask)) {
      expect(sum(row)).toBe(topK);
      const used = new Set(row.flatMap((chosen, e) => (chosen ? [Math.floor(e / 2)] : [])));
      expect(used.size).toBe(1);
    }
    for (const row of await rows(gates)) for (const gate of row) expect(gate).toBeLessThan(1.0001);
  });

  it('refuses what cannot work, in words', () => {
    const router = routers.get('softmax-top-k');
    expect(() => groupLimited(router, { groups: 4, limit: 5, score: 'max' })).toThrow(
      'A token may use 1 to 4 of 4 groups, not 5.',
    );
    expect(() => groupLimited(router, { groups: 4, limit: 0, score: 'max' })).toThrow('not 0');
    expect(() =>
      groupLimited(routers.get('expert-choice'), { groups: 4, limit: 2, score: 'max' }),
    ).toThrow('does not choose by biased scores');
    const refusal = (groups: number, limit: number, topK: number, score: 'max' | 'sum') =>
      groupLimited(router, { groups, limit, score }).refusal?.({ experts: 8, topK, tokens: 16 });
    expect(refusal(3, 1, 1, 'max')).toBe('8 experts do not divide into 3 equal groups.');
    expect(refusal(4, 1, 3, 'max')).toContain('hold 2 experts, fewer than topK 3');
    expect(refusal(4, 2, 3, 'sum')).toContain('topK 3 does not divide by 2; say how many');
    expect(refusal(4, 2, 2, 'sum')).toBeUndefined();
    const summed = (best: number) =>
      groupLimited(router, { groups: 4, limit: 2, score: 'sum', best }).refusal?.({
        experts: 8,
        topK: 3,
        tokens: 16,
      });
    expect(summed(2)).toBeUndefined();
    for (const best of [0, 1.5, 3])
      expect(summed(best)).toBe(`Groups are scored by 1 to 2 of their experts, not ${best}.`);
  });

  it('sums as many of a group as it is told', async () => {
    // Group 0 has the best expert, group 1 the best two: 0.9 + 0.1 < 0.8 + 0.7.
    const logits = tf.tensor2d([[2.2, -2.2, 1.4, 0.85]]);
    const chosen = async (best?: number) => {
      const limits = { groups: 2, limit: 1, score: 'sum', best } as const;
      const limited = groupLimited(routers.get('sigmoid-normalised'), limits);
      return rows(limited.route({ x: tf.zeros([1, 2]), params: {}, topK: 1, logits }).mask);
    };
    expect(await chosen()).toEqual([[1, 0, 0, 0]]);
    expect(await chosen(2)).toEqual([[0, 0, 1, 0]]);
  });

  it('routes twice from one set of logits, shaken once', async () => {
    const products: Router[] = [];
    const shaken: Router = {
      ...routers.get('softmax-top-k'),
      route(input) {
        if (input.logits === undefined) products.push(shaken);
        const logits = input.logits ?? tf.tensor2d([[1, 0, 3, 2]]);
        return routers.get('softmax-top-k').route({ ...input, logits });
      },
    };
    const limited = groupLimited(shaken, { groups: 2, limit: 1, score: 'max' });
    const { logits } = limited.route({ x: tf.zeros([1, 2]), params: {}, topK: 1 });
    expect(products).toHaveLength(1);
    await expectClose(logits, [1, 0, 3, 2], 0);
  });
});
