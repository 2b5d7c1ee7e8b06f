import { describe, expect, it } from 'vitest';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { expectTwins } from '../engine/fixtures/parity';
import { withBindings } from '../engine/fixtures/twins';

useWebGPU();

interface Case {
  sequences: number;
  heads: number;
  /** Key and value heads; as many as query heads unless said. */
  keyHeads?: number;
  length: number;
  /** Positions before the queries; 0 unless said. */
  past?: number;
  width: number;
  valueWidth?: number;
  rotaryWidth?: number;
  causal?: boolean;
}

const cases: Record<string, Case> = {
  'multi-head': { sequences: 2, heads: 4, length: 8, width: 4 },
  'as in the benchmark': { sequences: 2, heads: 4, length: 64, width: 16 },
  'grouped-query': { sequences: 2, heads: 6, keyHeads: 2, length: 9, width: 5 },
  'multi-query': { sequences: 3, heads: 4, keyHeads: 1, length: 7, width: 6, valueWidth: 3 },
  latent: { sequences: 2, heads: 4, length: 16, width: 8, valueWidth: 12, rotaryWidth: 4 },
  'latent of odd widths': {
    sequences: 2,
    heads: 3,
    length: 5,
    width: 7,
    valueWidth: 19,
    rotaryWidth: 2,
  },
  absorbed: { sequences: 2, heads: 2, keyHeads: 1, length: 6, width: 20, rotaryWidth: 2 },
  'looking at later ones': { sequences: 1, heads: 2, length: 6, width: 4, causal: false },
  'behind a cache': { sequences: 2, heads: 2, length: 3, past: 4, width: 4, rotaryWidth: 2 },
  'of two tokens': { sequences: 1, heads: 1, length: 2, width: 1 },
};

const inputs = (given: Case): Record<string, tf.Tensor> => {
  const { sequences, heads, keyHeads = heads, length, past = 0, width } = given;
  const rows = (name: string, groups: number, count: number, channels: number) => ({
    [name]: normal([sequences * groups, count, channels], 1, 1, name),
  });
  return {
    ...rows('query', heads, length, width),
    ...rows('keys', keyHeads, length + past, width),
    ...rows('values', keyHeads, length + past, given.valueWidth ?? width),
    ...(given.rotaryWidth && {
      ...rows('rotaryQuery', heads, length, given.rotaryWidth),
      ...rows('rotaryKey', 1, length + past, given.rotaryWidth),
    }),
  };
};

describe.each(Object.entries(cases))('attention %s', (_, given) => {
  const compute = (tensors: Record<string, tf.Tensor>) =>
    tf.attention(tensors as never as tf.AttentionInputs, {
      heads: given.heads,
      scale: 0.7,
      causal: given.causal ?? true,
    });

  it('is that of its twin', () => expectTwins(inputs(given), (tensors) => [compute(tensors).seen]));

  it('is so where a shader binds eight tensors', () =>
    withBindings(8, () => expectTwins(inputs(given), (tensors) => [compute(tensors).seen])));

  it('has the weights of its twin, and their gradient', () =>
    expectTwins(inputs(given), (tensors) => {
      const { seen, weights } = compute(tensors);
      return [tf.sum(seen), weights];
    }));
});

it('keeps to scores of any size, and to a scale of 1', () => {
  const large = (name: string) => tf.mul(normal([2, 6, 4], 1, 1, name), 60);
  return expectTwins(
    { query: large('query'), keys: large('keys'), values: normal([2, 6, 4], 1, 1, 'values') },
    (tensors) => [
      tf.attention(tensors as never as tf.AttentionInputs, { heads: 2, scale: 1, causal: true })
        .seen,
    ],
    1e-3,
    // On one device, since scores in the thousands round otherwise on another.
    'without kernels',
  );
});

it('does not look ahead', async () => {
  const given = inputs(cases['multi-head']);
  const seen = (values: tf.Tensor) =>
    tf.attention({ ...given, values } as never as tf.AttentionInputs, {
      heads: 4,
      scale: 0.5,
      causal: true,
    }).seen;
  // Whatever is at the last position, only the last query of each sequence sees it.
  const changed = tf.mul(given.values, tf.tensor3d([1, 1, 1, 1, 1, 1, 1, -9], [1, 8, 1]));
  const [before, after] = [seen(given.values), seen(changed)];
  const differs = await tf.any(tf.notEqual(before, after), 1).data();
  expect([...differs]).toEqual(Array.from({ length: 16 }, (_, i) => (i % 8 === 7 ? 1 : 0)));
});
