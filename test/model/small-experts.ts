/** Small layers of experts for tests of both kinds. */
import * as relu from '../../src/model/experts/relu';
import * as swiglu from '../../src/model/experts/swiglu';
import type { Params } from '../../src/model/types';
import { normal, uniform } from '../../src/tensor/random';
import type * as tf from '../../src/tensor/tf';

export const kinds = { relu, swiglu };
export const config = { experts: 3, dim: 4, hidden: 6, out: 2 };
export const tokens = () => normal<tf.Rank.R2>([10, 4], 1, 1, 'x');
export const rows = (tensor: tf.Tensor) => tensor.array() as Promise<number[][]>;

/** Experts with a bias in every answer, so that nothing rests on biases being 0. */
export function trained(kind: keyof typeof kinds, sizes = config): Params {
  const params = kinds[kind].init(sizes, 5);
  for (const name of ['experts.b1', 'experts.b2'])
    if (params[name])
      params[name] = uniform(params[name].shape as number[] as never, -1, 1, 6, name);
  return params;
}
