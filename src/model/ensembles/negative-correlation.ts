/**
 * Negative correlation learning: members are trained together and paid for disagreeing with their
 * average, so that their errors cancel. liu1999.
 */

import * as tf from '../../tensor/tf';
import { average } from './averaging';

type Strength = number | tf.Scalar;

/**
 * The loss to train with: mean over the cases of Σ ½(f − y)² − ½λ(f − f̄)², summed over members and
 * width. Its gradient by a member is the published one, (f − y) − λ(f − f̄), in which the average
 * is held still. At λ = 0 members learn alone; at λ = 1 it is M times half the squared error of
 * the average alone, as if the ensemble were one network (the ambiguity identity); above 1 nothing
 * keeps the members together, and they part without end.
 *
 * outputs [cases, members, width], targets [cases, width].
 */
export function loss(outputs: tf.Tensor3D, targets: tf.Tensor2D, strength: Strength): tf.Scalar {
  const { off, apart } = distances(outputs, targets);
  const perCase = tf.sum(tf.sub(off, tf.mul(apart, strength)), [1, 2]);
  return tf.mul(0.5, tf.mean(perCase));
}

/**
 * The error of each member as published, ½(f − y)² − λ(f − f̄)², averaged over the cases and summed
 * over the width: [members]. For display. Its own exact gradient, with the average moving along,
 * would be (f − y) − 2λ(f − f̄): twice the published penalty.
 */
export function memberErrors(
  outputs: tf.Tensor3D,
  targets: tf.Tensor2D,
  strength: Strength,
): tf.Tensor1D {
  const { off, apart } = distances(outputs, targets);
  const each = tf.sub(tf.mul(0.5, off), tf.mul(apart, strength));
  return tf.mean(tf.sum(each, 2), 0);
}

/** Squared distances of each answer from the target and from the average: [cases, members, width]. */
function distances(outputs: tf.Tensor3D, targets: tf.Tensor2D) {
  return {
    off: tf.square(tf.sub(outputs, tf.expandDims(targets, 1))),
    apart: tf.square(tf.sub(outputs, tf.expandDims(average(outputs), 1))),
  };
}
