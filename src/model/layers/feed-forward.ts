/** The dense block of a decoder: one SwiGLU network for every token. shazeer2020, eq. 6. */
import { normal } from '../random';
import * as tf from '../tf';
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

/** W2 (SiLU(W1 x) ⊙ W3 x): x [tokens, dim] → [tokens, dim]. */
export function forward(params: Params, x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const gate = tf.matMul(x, params.w1); // [tokens, hidden]
    const silu = tf.mul(gate, tf.sigmoid(gate));
    return tf.matMul(tf.mul(silu, tf.matMul(x, params.w3)), params.w2);
  });
}
