/**
 * How the learning rate changes while training: factors between 0 and 1, computed on the device
 * from the step counter, since a captured step cannot use a number of the CPU.
 */
import * as tf from '../../tensor/tf';

/**
 * Linear warm-up: 1/steps at the first step (counter 0), 1 from step number `steps` on.
 * vaswani2017, §5.3 (its first part). Scalar → scalar.
 */
export function warmUp(counter: tf.Scalar, steps: number): tf.Scalar {
  return tf.tidy(() =>
    tf.minimum(1, tf.div(tf.add(tf.cast(counter, 'float32'), 1), Math.max(1, steps))),
  );
}

/**
 * Half a cosine: 1 up to step `from`, `floor` from step `to` on. loshchilov2016, eq. 5 (one
 * period, no restarts). Scalar → scalar. Throws if `to` is not after `from`.
 */
export function cosine(counter: tf.Scalar, from: number, to: number, floor = 0): tf.Scalar {
  if (!(to > from))
    throw new Error(`The cosine ends after it begins: from step ${from} to ${to} it cannot fall.`);
  return tf.tidy(() => {
    const past = tf.div(tf.sub(tf.cast(counter, 'float32'), from), to - from);
    const angle = tf.mul(tf.clipByValue(past, 0, 1), Math.PI);
    return tf.add(tf.mul(tf.cos(angle), (1 - floor) / 2), (1 + floor) / 2) as tf.Scalar;
  });
}

/** Warm-up, then the cosine down to `floor` at step `to`. */
export function warmUpCosine(
  counter: tf.Scalar,
  { warmUpSteps, to, floor = 0 }: { warmUpSteps: number; to: number; floor?: number },
): tf.Scalar {
  return tf.tidy(() =>
    tf.mul(warmUp(counter, warmUpSteps), cosine(counter, warmUpSteps, to, floor)),
  );
}
