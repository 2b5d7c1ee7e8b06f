/**
 * Experts as in today's language models: SwiGLU networks without biases,
 * E(x) = W2 (SiLU(W1 x) ⊙ W3 x), 3 · dim · hidden numbers each. shazeer2020, eq. 6 (SwiGLU);
 * jiang2024, §2.1 (as experts). Laid side by side like experts/relu.ts: three plain products
 * define the layer.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { chosenOnly } from './chosen-only';
import type { ExpertsConfig } from './relu';

/** Names "experts.w1" and "experts.w3" [dim, experts · hidden], "experts.w2" [experts · hidden, out]. */
export function init(config: ExpertsConfig, seed: number): Params {
  const { experts, dim, hidden, out, outDeviation = hidden ** -0.5 } = config;
  const inner: [number, number] = [dim, experts * hidden];
  return {
    'experts.w1': normal<tf.Rank.R2>(inner, dim ** -0.5, seed, 'experts.w1'),
    'experts.w3': normal<tf.Rank.R2>(inner, dim ** -0.5, seed, 'experts.w3'),
    'experts.w2': normal<tf.Rank.R2>([experts * hidden, out], outDeviation, seed, 'experts.w2'),
  };
}

/** How the layer is called: see chosen-only.ts. */
export const forward = chosenOnly('Swiglu', everyExpert);

/**
 * Sum of the experts' answers, weighed by the gates: [tokens, dim], [tokens, experts] →
 * [tokens, out]. All experts for all tokens.
 */
export function everyExpert(params: Params, x: tf.Tensor2D, gates: tf.Tensor2D): tf.Tensor2D {
  const [tokens, experts] = gates.shape;
  const switched: tf.Tensor2D = tf.matMul(x, params['experts.w1']); // [tokens, experts · hidden]
  const silu = tf.mul(switched, tf.sigmoid(switched));
  const hidden = tf.mul(silu, tf.matMul(x, params['experts.w3']));
  const perExpert = tf.reshape(hidden, [tokens, experts, -1]); // [tokens, experts, hidden]
  const weighed = tf.mul(perExpert, tf.expandDims(gates, 2));
  return tf.matMul(tf.reshape(weighed, [tokens, -1]), params['experts.w2']); // [tokens, out]
}
