import { describe, expect, it, vi } from 'vitest';
import { routers } from '../../src/model/registry';
import { uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useBackend } from './backend';
import { rows, sum } from './router-parity';

useBackend();

describe('hash', () => {
  const ids = identities(64);
  const route = (topK: number, seed = 0) =>
    routers.get('hash').route({
      x: tf.zeros([64, 2]),
      params: {},
      topK,
      experts: 8,
      tokenIds: tf.tensor1d(ids, 'int32'),
      random: { seed, counter: tf.scalar(0, 'int32') },
    });

  it('sends equal tokens to equal experts, whatever the step', async () => {
    const mask = await rows(route(2).mask);
    for (let t = 0; t < 64; t++) expect(mask[t]).toEqual(mask[ids.indexOf(ids[t])]);
  });

  it('takes identities modulo 1,024, multiples and negative ones included', async () => {
    const of = (...ids: number[]) =>
      routers.get('hash').route({
        x: tf.zeros([ids.length, 2]),
        params: {},
        topK: 3,
        experts: 8,
        tokenIds: tf.tensor1d(ids, 'int32'),
        random: { seed: 5, counter: tf.scalar(0, 'int32') },
      });
    const small = await rows(of(0, 1, 500, 1023, 1023).mask);
    expect(await rows(of(1024, 7 * 1024 + 1, 2548, 2 ** 23 - 1, -1).mask)).toEqual(small);
  });

  it('makes its table once in a run', () => {
    const drawn = vi.spyOn(Math, 'imul');
    route(3, 77);
    const once = drawn.mock.calls.length;
    route(3, 77);
    expect(once).toBeGreaterThan(8 * 1024);
    expect(drawn.mock.calls.length).toBe(once);
    drawn.mockRestore();
  });

  it('draws another table for another seed', async () => {
    expect(await rows(route(1, 1).mask)).not.toEqual(await rows(route(1, 2).mask));
  });

  it('adds experts to those it had when topK grows', async () => {
    const [one, two] = [await rows(route(1).mask), await rows(route(2).mask)];
    for (let t = 0; t < 64; t++) expect(sum(one[t].map((chosen, e) => chosen * two[t][e]))).toBe(1);
  });

  it('spreads many identities over all experts', async () => {
    const tokenIds = tf.range(0, 1024, 1, 'int32');
    const { mask } = routers.get('hash').route({
      x: tf.zeros([1024, 2]),
      params: {},
      topK: 1,
      experts: 8,
      tokenIds,
      random: { seed: 0, counter: tf.scalar(0, 'int32') },
    });
    const load = (await tf.sum(mask, 0).array()) as number[];
    // 128 each on average; five deviations of a binomial, √(1024 · 1/8 · 7/8) = 10.6.
    for (const tokens of load) expect(Math.abs(tokens - 128)).toBeLessThan(53);
  });
});

/** Identities of 0 to 20, some of them beyond the table's length. */
function identities(count: number): number[] {
  const next = uniforms(8, 'ids');
  return Array.from({ length: count }, () => Math.floor(next() * 20) * 997);
}
