/**
 * A layer of experts, each a network with one hidden layer. The experts' first matrices lie side
 * by side, so that computing all experts for all tokens is two plain products on every backend:
 * that defines the layer.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { chosenOnly } from './chosen-only';

export interface ExpertsConfig {
  experts: number;
  /** Width of a token. */
  dim: number;
  /** Hidden units of one expert. */
  hidden: number;
  /** Width of the answer. */
  out: number;
  /** Standard deviation of the second matrices; small makes an untrained expert nearly silent. */
  outDeviation?: number;
}

/** Names "experts.w1" [dim, experts · hidden], "experts.b1", "experts.w2" [experts · hidden, out], "experts.b2" [experts, out]. */
export function init(config: ExpertsConfig, seed: number): Params {
  const { experts, dim, hidden, out, outDeviation = hidden ** -0.5 } = config;
  return {
    'experts.w1': normal<tf.Rank.R2>([dim, experts * hidden], dim ** -0.5, seed, 'experts.w1'),
    'experts.b1': tf.zeros([experts * hidden]),
    'experts.w2': normal<tf.Rank.R2>([experts * hidden, out], outDeviation, seed, 'experts.w2'),
    'experts.b2': tf.zeros([experts, out]),
  };
}

/** How the layer is called: see chosen-only.ts. */
export const forward = chosenOnly('Relu', everyExpert);

/**
 * Sum of the experts' answers W2 relu(W1 x + b1) + b2, weighed by the gates: [tokens, dim],
 * [tokens, experts] → [tokens, out]. All experts for all tokens: the gates make it sparse in
 * effect, not in cost.
 */
export function everyExpert(params: Params, x: tf.Tensor2D, gates: tf.Tensor2D): tf.Tensor2D {
  const [tokens, experts] = gates.shape;
  const product: tf.Tensor2D = tf.matMul(x, params['experts.w1']);
  const hidden = tf.relu(tf.add(product, params['experts.b1'])); // [tokens, experts · hidden]
  const perExpert = tf.reshape(hidden, [tokens, experts, -1]); // [tokens, experts, hidden]
  const weighed = tf.mul(perExpert, tf.expandDims(gates, 2));
  return tf.add(
    tf.matMul(tf.reshape(weighed, [tokens, -1]) as tf.Tensor2D, params['experts.w2']),
    tf.matMul(gates, params['experts.b2']),
  ); // [tokens, out]
}
