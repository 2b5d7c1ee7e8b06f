/** Clipping by the global norm: one common factor for all gradients, so the direction stays. */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';

/** Length of all gradients as one vector: a scalar. */
export function globalNorm(grads: Params): tf.Scalar {
  return tf.tidy(() => {
    const squares = Object.values(grads).map((grad) => tf.sum(tf.square(grad)));
    // Not addN: on WebGPU it silently fails beyond seven tensors.
    return tf.sqrt(tf.sum(tf.stack(squares))) as tf.Scalar;
  });
}

/**
 * Gradients of global norm at most `most`; shorter ones stay as they are.
 * pascanu2012, algorithm 1, over all parameters at once.
 */
export function clipByGlobalNorm(grads: Params, most: number | tf.Scalar): Params {
  return tf.tidy(() => {
    // The small number keeps 0 / 0 away; it is PyTorch's.
    const factor = tf.minimum(1, tf.div(most, tf.add(globalNorm(grads), 1e-6)));
    return Object.fromEntries(
      Object.entries(grads).map(([name, grad]) => [name, tf.mul(grad, factor)]),
    );
  });
}
