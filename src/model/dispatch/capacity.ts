/**
 * Capacity: an expert takes only so many tokens of a batch; the others are dropped, in the order
 * in which they stand. fedus2021, eq. 3: capacity = tokens · k / experts · factor, here rounded
 * down.
 */

import * as tf from '../../tensor/tf';
import { fits } from './room';

/**
 * The mask without the tokens that came too late. mask [tokens, experts] and factor (a scalar on
 * the device, above 0) → [tokens, experts], no gradient.
 */
export function keepWithinCapacity(
  mask: tf.Tensor2D,
  topK: number,
  factor: tf.Scalar,
): tf.Tensor2D {
  const [tokens, experts] = mask.shape;
  return tf.withoutGradient((chosen: tf.Tensor2D) => {
    // A token's place in an expert's queue: the tokens before it and itself. A product with a
    // triangle of ones, since a cumulative sum takes many commands on the GPU.
    const place = tf.matMul(triangle(tokens), chosen); // [tokens, experts]
    const room = { assignments: tokens * topK, holders: experts, factor };
    return tf.mul(chosen, fits(place, room)) as tf.Tensor2D;
  }, mask);
}

/** [n, n]: 1 on and below the diagonal. */
function triangle(n: number): tf.Tensor2D {
  const values = new Float32Array(n * n);
  for (let row = 0; row < n; row++) values.fill(1, row * n, row * n + row + 1);
  return tf.tensor2d(values, [n, n]);
}
