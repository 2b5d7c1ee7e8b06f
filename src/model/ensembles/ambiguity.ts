/**
 * Why a blend beats its members on average: its squared error is the members' mean error less
 * their spread around the blend, case by case and exactly. krogh1995.
 */
import * as tf from '../../tensor/tf';

/** Means over the cases, summed over the width. ensemble = members − ambiguity. */
export interface Ambiguity {
  /** Squared error of the blend. */
  ensemble: tf.Scalar;
  /** Squared error of the members, averaged with their weights. */
  members: tf.Scalar;
  /** Squared distance of the members from the blend, averaged likewise. */
  ambiguity: tf.Scalar;
}

/**
 * outputs [cases, members, width], targets [cases, width]. weights [cases, members] sum to 1 over
 * the members, alike for all if left out. The identity holds for any such weights, those of a gate
 * too: for a sharp gate the ambiguity vanishes, and the members' error is that of the chosen one.
 */
export function decompose(
  outputs: tf.Tensor3D,
  targets: tf.Tensor2D,
  weights?: tf.Tensor2D,
): Ambiguity {
  const [cases, members] = outputs.shape;
  const share = weights ?? tf.fill<tf.Rank.R2>([cases, members], 1 / members);
  const blend = tf.sum(tf.mul(outputs, tf.expandDims(share, 2)), 1, true); // [cases, 1, width]
  const wanted = tf.expandDims(targets, 1);
  /** Mean over the cases of the weighed squared distance of the members from a point. */
  const from = (point: tf.Tensor): tf.Scalar =>
    tf.div(tf.sum(tf.mul(share, tf.sum(tf.squaredDifference(outputs, point), 2))), cases);
  return {
    ensemble: tf.div(tf.sum(tf.squaredDifference(blend, wanted)), cases),
    members: from(wanted),
    ambiguity: from(blend),
  };
}
