/** What every kind of attention shares: who may see whom, and the softmax over them. */
import * as tf from '../tf';

/** Stands for −∞ where nothing may be seen: e^(−1e9) is 0 in float32, and stays finite. */
const UNSEEN = -1e9;

/**
 * [queries, keys]: 0 where a query may look, −1e9 where not. The queries are the last of the
 * keys' positions, so that one new token may look at everything cached before it.
 */
export function causalMask(queries: number, keys: number): tf.Tensor2D {
  const past = keys - queries;
  return tf.tensor2d(
    Float32Array.from({ length: queries * keys }, (_, i) =>
      i % keys > past + Math.floor(i / keys) ? UNSEEN : 0,
    ),
    [queries, keys],
  );
}

/**
 * Attention weights: softmax over the keys of scores · scale, later keys left out if causal.
 * scores [heads, queries, keys] → the same shape, rows summing to 1. vaswani2017, eq. 1.
 */
export function attentionWeights(scores: tf.Tensor3D, scale: number, causal = true): tf.Tensor3D {
  const [, queries, keys] = scores.shape;
  return tf.tidy(() => {
    const scaled = tf.mul(scores, scale);
    // One query is the last position: it sees every key.
    const seen = causal && queries > 1 ? tf.add(scaled, causalMask(queries, keys)) : scaled;
    return tf.softmax(seen) as tf.Tensor3D;
  });
}

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

/** How many tokens of each sequence `x` holds. Throws if they are not whole sequences. */
export function lengthOf(x: tf.Tensor2D, sequenceLength = x.shape[0]): number {
  if (x.shape[0] % sequenceLength !== 0)
    throw new Error(
      `${x.shape[0]} tokens are not whole sequences of ${sequenceLength}; the length must divide them.`,
    );
  return sequenceLength;
}
