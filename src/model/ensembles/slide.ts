/**
 * One control from ensemble to gate. The gate's logits are multiplied by s/(1 − s): at 0 all
 * members count alike, whatever the gate says (an average); at ½ the gate counts as it is (a
 * mixture); towards 1 the largest logit takes all (one member answers).
 */
import * as tf from '../../tensor/tf';

/** Beyond this a slide is at its end: the factor is 999. */
const END = 0.999;

/**
 * Weights of the members, [cases, members], summing to 1: softmax of logits · s/(1 − s).
 * `position` is from 0 to 1, a number or a scalar on the device. Differentiable in the logits.
 * Throws for a number outside.
 */
export function slide(logits: tf.Tensor2D, position: number | tf.Scalar): tf.Tensor2D {
  if (typeof position === 'number' && !(position >= 0 && position <= 1))
    throw new Error(
      `The slide goes from 0 (all members alike) to 1 (one member); it is ${position}.`,
    );
  const s = tf.minimum(position, END);
  return tf.softmax(tf.mul(logits, tf.div(s, tf.sub(1, s))) as tf.Tensor2D);
}
