/**
 * A layer of experts, each a network with one hidden layer. The experts' first matrices lie side
 * by side, so that computing all experts for all tokens is two plain products on every backend:
 * that defines the layer. Where a backend can compute the chosen experts alone, and the caller
 * says how many pairs of token and expert are chosen, it does that.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { withGradientWhereChosen } from '../selection';
import type { Params } from '../types';

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

/**
 * Sum of the experts' answers, weighed by the gates: [tokens, dim], [tokens, experts] →
 * [tokens, out]. `mostPairs` says that at most so many gates are not 0, and that gates which are 0
 * need no gradient: the cost then follows the chosen experts where the backend can do that.
 */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  gates: tf.Tensor2D,
  mostPairs?: number,
): tf.Tensor2D {
  if (mostPairs === undefined) return everyExpert(params, x, gates);
  if (!tf.hasKernel(tf.expertsKernel('Relu')))
    return everyExpert(params, x, withGradientWhereChosen(gates));
  const weights = {
    w1: params['experts.w1'],
    b1: params['experts.b1'],
    w2: params['experts.w2'],
    b2: params['experts.b2'],
  };
  return tf.groupedExperts('Relu', x, gates, weights, mostPairs);
}

/** All experts for all tokens: the gates make it sparse in effect, not in cost. */
function everyExpert(params: Params, x: tf.Tensor2D, gates: tf.Tensor2D): tf.Tensor2D {
  const [tokens, experts] = gates.shape;
  const hidden = tf.relu(
    tf.add(tf.matMul(x, params['experts.w1'] as tf.Tensor2D), params['experts.b1']),
  ); // [tokens, experts · hidden]
  const perExpert = tf.reshape(hidden, [tokens, experts, -1]); // [tokens, experts, hidden]
  const weighed = tf.mul(perExpert, tf.expandDims(gates, 2));
  return tf.add(
    tf.matMul(tf.reshape(weighed, [tokens, -1]), params['experts.w2'] as tf.Tensor2D),
    tf.matMul(gates, params['experts.b2'] as tf.Tensor2D),
  ); // [tokens, out]
}
