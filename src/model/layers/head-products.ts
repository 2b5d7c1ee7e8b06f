/** Products in which every head has rows or a matrix of its own: what latent attention needs. */
import * as tf from '../../tensor/tf';

/** [rank, heads · width] → [heads, rank, width]. */
export function byHead(weight: tf.Tensor2D, heads: number): tf.Tensor3D {
  const [rank, channels] = weight.shape;
  return tf.transpose(tf.reshape(weight, [rank, heads, channels / heads]), [1, 0, 2]);
}

/**
 * Multiplies every head's rows by that head's own matrix [heads, rank, width], or its transpose.
 * x [sequences · heads, length, ·] → [sequences · heads, length, ·].
 */
export function throughHeads(
  x: tf.Tensor3D,
  matrices: tf.Tensor3D,
  transposed: boolean,
): tf.Tensor3D {
  const [rows, length, width] = x.shape;
  const heads = matrices.shape[0];
  const sequences = rows / heads;
  const swap = [1, 0, 2, 3];
  const together = tf.transpose(tf.reshape(x, [sequences, heads, length, width]), swap);
  const through = tf.matMul(
    tf.reshape(together, [heads, sequences * length, width]),
    matrices,
    false,
    transposed,
  ) as tf.Tensor3D;
  const apart = tf.transpose(tf.reshape(through, [heads, sequences, length, -1]), swap);
  return tf.reshape(apart, [rows, length, through.shape[2]]);
}
