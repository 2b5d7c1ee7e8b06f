/** Channels of a token as heads of their own, and heads as channels again. */
import * as tf from '../../core';

/**
 * Takes heads apart: [sequences · length, heads · width] → [sequences · heads, length, width].
 */
export function splitHeads(x: tf.Tensor2D, length: number, heads: number): tf.Tensor3D {
  const [tokens, channels] = x.shape;
  const sequences = tokens / length;
  const width = channels / heads;
  if (heads === 1) return tf.reshape(x, [sequences, length, width]);
  const apart = tf.transpose(tf.reshape(x, [sequences, length, heads, width]), [0, 2, 1, 3]);
  return tf.reshape(apart, [sequences * heads, length, width]);
}

/** The inverse: [sequences · heads, length, width] → [sequences · length, heads · width]. */
export function joinHeads(x: tf.Tensor3D, heads: number): tf.Tensor2D {
  const [rows, length, width] = x.shape;
  const sequences = rows / heads;
  const apart = tf.reshape(x, [sequences, heads, length, width]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [sequences * length, heads * width]);
}
