import * as tf from '../tensor/tf';
import type { RoutingPart } from './types';

/**
 * Scores as a balancing loss needs them, [tokens, experts]: each token's sum to 1. Scores that are
 * made one by one could all shrink together, and a loss of them with them, at any load: they are
 * divided by their sum. deepseekv3, eq. 19.
 */
export function scoreShares({
  scores,
  independent,
}: RoutingPart<'scores' | 'independent'>): tf.Tensor2D {
  return independent ? normalised(scores) : scores;
}

/** Each row of scores [tokens, experts] divided by its sum; a row of zeros stays one. */
export function normalised(scores: tf.Tensor2D): tf.Tensor2D {
  // Never 0 / 0, where all scores vanish; its square, in the gradient, must not vanish either.
  const total = tf.add(tf.sum(scores, 1, true), 1e-18); // [tokens, 1]
  return tf.div(scores, total);
}
