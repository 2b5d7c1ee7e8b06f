import { describe, expect, it } from 'vitest';
import { auction } from '../../../src/tensor/ops/assignment/op';
import { normals } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';
import { expectClose, useBackend } from '../../model/backend';

useBackend();

type Kind = 'independent' | 'few directions' | 'one favourite' | 'all equal' | 'few values';

/** Affinities of tokens and experts, row by row. */
function affinities(kind: Kind, tokens: number, experts: number): Float32Array {
  const next = normals(5, `${kind} ${tokens}`);
  const [a, b] = [tokens, experts].map((count) => Array.from({ length: 2 * count }, next));
  return Float32Array.from({ length: tokens * experts }, (_, i) => {
    const [t, e] = [Math.floor(i / experts), i % experts];
    if (kind === 'few directions') return a[2 * t] * b[2 * e] + a[2 * t + 1] * b[2 * e + 1];
    if (kind === 'one favourite') return next() * 0.3 + (e === 1 ? 3 : 0);
    if (kind === 'all equal') return 0.5;
    if (kind === 'few values') return (t + e) % 3;
    return next();
  });
}

/** [tokens, experts] with a 1 where `at` says. */
const masked = (at: Int32Array, experts: number) =>
  Array.from(at, (expert) => Array.from({ length: experts }, (_, e) => Number(e === expert)));

describe('balancedAssignment', () => {
  const kinds: Kind[] = [
    'independent',
    'few directions',
    'one favourite',
    'all equal',
    'few values',
  ];
  for (const kind of kinds)
    for (const [tokens, experts] of [
      [6, 1],
      [12, 3],
      [96, 8],
      [320, 5],
    ])
      it(`${kind}, ${tokens} to ${experts}: even, and the same on every backend`, async () => {
        const values = affinities(kind, tokens, experts);
        const { at, complete } = auction(values, tokens, experts);
        expect(complete).toBe(true);
        const mask = tf.balancedAssignment(tf.tensor2d(values, [tokens, experts]));
        await expectClose(mask, masked(at, experts), 0);
        await expectClose(tf.sum(mask, 0), Array(experts).fill(tokens / experts), 0);
      });

  const odd = [Number.NEGATIVE_INFINITY, Number.NaN, Number.POSITIVE_INFINITY, -1e38, 3e38];
  it.each([
    ['one minus infinity', (_: number, i: number) => i === 5, [0]],
    ['one NaN', (_: number, i: number) => i === 5, [1]],
    ['a barred expert', (e: number) => e === 2, [0]],
    ['an expert without a number', (e: number) => e === 2, [1]],
    ['all kinds here and there', (_: number, i: number) => i % 7 === 3, [0, 1, 2, 3, 4]],
    ['rows of NaN', (_: number, i: number) => i < 80, [1]],
    ['nothing else', () => true, [0, 1, 2]],
  ] as const)('with %s: even, and the same on every backend', async (_, where, kinds) => {
    const [tokens, experts] = [96, 8];
    const plain = affinities('independent', tokens, experts);
    const values = plain.map((value, i) =>
      where(i % experts, i) ? odd[kinds[i % kinds.length]] : value,
    );
    const { at, complete } = auction(values, tokens, experts);
    expect(complete).toBe(true);
    const mask = tf.balancedAssignment(tf.tensor2d(values, [tokens, experts]));
    await expectClose(tf.sum(mask, 0), Array(experts).fill(tokens / experts), 0);
    await expectClose(mask, masked(at, experts), 0);
  });

  it('hardly minds one infinity: the others get what they would', () => {
    const [tokens, experts] = [96, 8];
    const plain = affinities('independent', tokens, experts);
    const sum = (values: Float32Array) =>
      auction(values, tokens, experts).at.reduce((all, e, t) => all + plain[t * experts + e], 0);
    const best = sum(plain);
    for (const value of odd) {
      const changed = plain.slice();
      changed[5] = value;
      expect(Math.abs(sum(changed) - best)).toBeLessThan(0.05 * best);
    }
  });

  it('is no worse than the prices prove', async () => {
    // Any prices bound the best sum: Σ max(affinity − price) + places · Σ price (weak duality).
    const [tokens, experts] = [128, 8];
    const values = affinities('few directions', tokens, experts);
    const { at } = auction(values, tokens, experts);
    const total = at.reduce((sum, expert, t) => sum + values[t * experts + expert], 0);
    const price = Array(experts).fill(0);
    let bound = Infinity;
    for (let step = 0; step < 3000; step++) {
      const count = Array(experts).fill(0);
      let sum = price.reduce((all, one) => all + one, 0) * (tokens / experts);
      for (let t = 0; t < tokens; t++) {
        const worth = price.map((one, e) => values[t * experts + e] - one);
        const best = worth.indexOf(Math.max(...worth));
        count[best]++;
        sum += worth[best];
      }
      bound = Math.min(bound, sum);
      for (let e = 0; e < experts; e++)
        price[e] += (0.02 / (1 + step * 0.02)) * (count[e] - tokens / experts);
    }
    const range = Math.max(...values) - Math.min(...values);
    expect(total).toBeLessThanOrEqual(bound + 1e-3);
    expect(total).toBeGreaterThan(bound - (tokens * range) / 256 - 0.5);
  });

  it('refuses what it cannot share out', () => {
    expect(() => tf.balancedAssignment(tf.zeros([10, 4]))).toThrow(
      '10 tokens cannot be shared out evenly among 4 experts',
    );
    expect(() => tf.balancedAssignment(tf.zeros([2048, 4]))).toThrow('At most 1024 tokens');
  });
});
