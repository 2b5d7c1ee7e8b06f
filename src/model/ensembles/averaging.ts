/** The plainest ensemble: every member answers everything, and the answers are averaged. */
import * as tf from '../../tensor/tf';

/** Mean of the members' answers: [cases, members, width] → [cases, width]. */
export function average(outputs: tf.Tensor3D): tf.Tensor2D {
  return tf.mean(outputs, 1);
}

/**
 * What each member loses on its own, [members]: squared error summed over the width, averaged over
 * the cases; with `weights` [cases, members] (0 for a case that the member does not learn from)
 * the weighed sum divided by the sum of the member's weights.
 * outputs [cases, members, width], targets [cases, width]. The sum over the members is a loss that
 * trains each of them as if it were alone.
 */
export function memberErrors(
  outputs: tf.Tensor3D,
  targets: tf.Tensor2D,
  weights?: tf.Tensor2D,
): tf.Tensor1D {
  const errors = tf.sum(tf.square(tf.sub(outputs, tf.expandDims(targets, 1))), 2); // [cases, members]
  if (!weights) return tf.mean(errors, 0);
  return tf.div(tf.sum(tf.mul(errors, weights), 0), tf.sum(weights, 0));
}
