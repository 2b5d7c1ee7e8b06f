/** What tells a division of labour from a joint effort. On the device, without a useful gradient. */

import * as tf from '../../tensor/tf';
import { blend, distances } from './errors';

/** Mean squared error of the weighed answers, summed over the width. outputs [cases, experts, width]. */
export function blendError(
  outputs: tf.Tensor3D,
  targets: tf.Tensor2D,
  gates: tf.Tensor2D,
): tf.Scalar {
  return tf.mean(tf.sum(tf.square(tf.sub(targets, blend(outputs, gates))), 1));
}

/**
 * The same if the expert with the largest gate answers alone. Close to `blendError` where experts
 * have divided the cases among them; far above where they only work together.
 */
export function chosenError(
  outputs: tf.Tensor3D,
  targets: tf.Tensor2D,
  gates: tf.Tensor2D,
): tf.Scalar {
  return tf.mean(tf.sum(tf.mul(tf.topKMask(gates, 1), distances(outputs, targets)), 1));
}

/** Entropy of the gates in nats, mean over the cases: 0 if one expert answers, ln E if all count alike. */
export function gateEntropy(gates: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.neg(tf.sum(tf.mul(gates, tf.log(tf.add(gates, 1e-12))), 1)));
}

/** [experts]: share of the cases in which the expert has the largest gate, summing to 1. */
export function territory(gates: tf.Tensor2D): tf.Tensor1D {
  return tf.mean(tf.topKMask(gates, 1), 0);
}
