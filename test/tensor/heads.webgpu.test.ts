import { describe, it } from 'vitest';
import { projectHeads } from '../../src/model/layers/project-heads';
import * as rope from '../../src/model/layers/rope';
import { normal } from '../../src/tensor/random';
import type * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { expectTwins } from '../engine/fixtures/parity';
import { withBindings } from '../engine/fixtures/twins';

useWebGPU();

it.each([
  [1, 2, 2],
  [3, 5, 6],
  [4, 64, 16],
  [1, 33, 8],
])(
  'rotation of %i groups of %i positions, %i wide, is that of its twin',
  (groups, positions, width) =>
    expectTwins({ x: normal([groups, positions, width], 1, 1, 'x') }, ({ x }) => [
      rope.rotate(x as tf.Tensor3D, 3, 100),
    ]),
);

interface Case {
  sequences: number;
  length: number;
  dim: number;
  /** Heads, width of one, turned. */
  heads: [number, number, boolean][];
}

const cases: Record<string, Case> = {
  'multi-head': {
    sequences: 3,
    length: 8,
    dim: 16,
    heads: [
      [4, 4, true],
      [4, 4, true],
      [4, 4, false],
    ],
  },
  'multi-query': {
    sequences: 2,
    length: 7,
    dim: 12,
    heads: [
      [3, 6, true],
      [1, 6, true],
      [1, 6, false],
    ],
  },
  'without positions': {
    sequences: 1,
    length: 5,
    dim: 9,
    heads: [
      [2, 3, false],
      [1, 5, false],
    ],
  },
  latent: {
    sequences: 2,
    length: 16,
    dim: 16,
    heads: [
      [1, 9, false],
      [1, 2, true],
      [4, 8, false],
      [4, 2, true],
    ],
  },
  one: { sequences: 2, length: 3, dim: 5, heads: [[1, 4, false]] },
  'as in the benchmark': {
    sequences: 4,
    length: 64,
    dim: 64,
    heads: [
      [4, 16, true],
      [4, 16, true],
      [4, 16, false],
    ],
  },
};

describe.each(Object.entries(cases))('projections %s', (_, { sequences, length, dim, heads }) => {
  const inputs = () => ({
    x: normal([sequences * length, dim], 1, 1, 'x'),
    ...Object.fromEntries(
      heads.map(([count, width], i) => [`w${i}`, normal([dim, count * width], 1, i, 'weight')]),
    ),
  });
  const compute = ({ x, ...weights }: Record<string, tf.Tensor>) =>
    projectHeads(
      x as tf.Tensor2D,
      heads.map(([count, , turned], i) => ({ weight: weights[`w${i}`], heads: count, turned })),
      { length, first: 2 },
    );

  it('are those of their twin', () => expectTwins(inputs(), compute));
  it('are so where a shader binds eight tensors', () =>
    withBindings(8, () => expectTwins(inputs(), compute)));
});
