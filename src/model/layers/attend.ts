/** What every kind of attention shares: who may see whom, and the softmax over them. */
import { registerAttention } from '../../tensor/ops/attention/webgpu';
import * as tf from '../../tensor/tf';

// Loaded with the models that use it; the backend's own code is what every reader waits for.
registerAttention();

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

/** What attention is computed from: each [sequences · its heads, length or positions, width]. */
export type AttendInputs = tf.AttentionInputs;

/**
 * Every query's mixture of the values: seen [sequences · length, heads · width], and the weights
 * [sequences · heads, length, positions]. Key and value heads divide the query heads; those of a
 * group look at the same ones. `rotaryQuery` and `rotaryKey` add to the scores (deepseekv2,
 * eq. 16). `scale`, what scores are multiplied by, is 1/√(all channels of a query).
 */
export function attend(
  inputs: AttendInputs,
  heads: number,
  scale: number,
  causal = true,
): { seen: tf.Tensor2D; weights: tf.Tensor3D } {
  // For one token a new program would be waited for at every position.
  if (inputs.query.shape[1] > 1 && tf.hasKernel(tf.attentionKernel))
    return tf.attention(inputs, { heads, scale, causal });
  const weights = attentionWeights(scores(inputs), scale, causal);
  return { seen: joinHeads(perQuery(weights, inputs.values), heads), weights };
}

/** [sequences · heads, length, positions]: products of queries and keys, before scale and mask. */
function scores({ query, keys, rotaryQuery, rotaryKey }: AttendInputs): tf.Tensor3D {
  const byContent = perQuery(query, keys, true);
  if (!rotaryQuery || !rotaryKey) return byContent;
  return tf.add(byContent, perQuery(rotaryQuery, rotaryKey, true));
}

/**
 * Multiplies each query head's rows by the matrix of its group: x [sequences · heads, length, ·],
 * matrices [sequences · groups, ·, ·]. Query heads of a group are rows of one product: keys and
 * values are never copied.
 */
function perQuery(x: tf.Tensor3D, matrices: tf.Tensor3D, transposed = false): tf.Tensor3D {
  const [rows, length, width] = x.shape;
  const [groups] = matrices.shape;
  const together = tf.reshape(x, [groups, (rows / groups) * length, width]);
  const products: tf.Tensor3D = tf.matMul(together, matrices, false, transposed);
  return tf.reshape(products, [rows, length, products.shape[2]]);
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
