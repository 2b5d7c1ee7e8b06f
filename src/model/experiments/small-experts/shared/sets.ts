/** Which experts are chosen together, and for what: of a mask, [tokens, experts] of 0 and 1. */
import * as tf from '../../../../tensor/tf';

/**
 * How many different sets of experts the tokens have, a scalar. Every token has `topK` of them, so
 * two tokens have the same set where they have that many in common; each set counts once, as many
 * shares of it as tokens have it.
 */
export function setsInUse(mask: tf.Tensor2D, topK: number): tf.Scalar {
  const common = tf.matMul(mask, mask, false, true); // [tokens, tokens]: whole numbers
  const same = tf.cast(tf.greater(common, topK - 0.5), 'float32');
  return tf.sum(tf.div(1, tf.sum(same, 1)));
}

/** [kinds, experts]: the share of a kind's tokens that an expert takes. Marks [tokens, kinds]. */
export function takenOf(marks: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  const taken = tf.matMul(marks, mask, true, false);
  return tf.div(taken, tf.reshape(tf.sum(marks, 0), [-1, 1]));
}
