/** The dense block of a decoder: one SwiGLU network for every token. shazeer2020, eq. 6. */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';

export interface FeedForwardConfig {
  /** Width of the residual stream (d). */
  dim: number;
  hidden: number;
}

/** w1 and w3 [dim, hidden], w2 [hidden, dim]: 3 · dim · hidden numbers, no biases. */
export function init({ dim, hidden }: FeedForwardConfig, seed: number): Params {
  const weight = (name: string, inputs: number, outputs: number) =>
    normal<tf.Rank.R2>([inputs, outputs], inputs ** -0.5, seed, `feedForward.${name}`);
  return {
    w1: weight('w1', dim, hidden),
    w3: weight('w3', dim, hidden),
    w2: weight('w2', hidden, dim),
  };
}

/**
 * W2 (SiLU(W1 x) ⊙ W3 x), added to `onto` if that is given: x [tokens, dim] → [tokens, dim].
 */
export function forward(params: Params, x: tf.Tensor2D, onto?: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const [gate, value] = tf.products(x, [params.w1, params.w3]); // W1 x and W3 x, [tokens, hidden]
    return tf.linear(tf.gatedUnit(gate, value), params.w2, { onto });
  });
}
