/** The dense block of a decoder: one SwiGLU network for every token. shazeer2020, eq. 6. */
import { registerGatedUnit } from '../../tensor/ops/gated-unit/webgpu';
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { projectHeads } from './project-heads';

// Loaded with the models that use it; the backend's own code is what every reader waits for.
registerGatedUnit();

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
    const length = x.shape[0];
    // Two layers of weights are projections onto two heads, of all tokens as one sequence.
    const [gate, value] = projectHeads(
      x,
      [
        { weight: params.w1, heads: 1 },
        { weight: params.w3, heads: 1 },
      ],
      { length },
    );
    const hidden = tf.reshape(gated(gate, value), [length, -1]) as tf.Tensor2D; // [tokens, hidden]
    return tf.linear(hidden, params.w2, onto);
  });
}

/** SiLU(a) ⊙ b */
export function gated<T extends tf.Tensor>(a: T, b: T): T {
  if (tf.hasKernel(tf.gatedUnitKernel)) return tf.gatedUnit(a, b);
  return tf.tidy(() => tf.mul(tf.mul(a, tf.sigmoid(a)), b) as T);
}
