/** Attention in plain TensorFlow.js: what the kernel has to compute, and what runs elsewhere. */
import * as tf from '../../core';
import { joinHeads } from '../heads/split';
import type { AttentionAttributes } from './kernel';

/** What attention is computed from: each [sequences · its heads, length or positions, width]. */
export interface AttentionInputs {
  query: tf.Tensor3D;
  keys: tf.Tensor3D;
  values: tf.Tensor3D;
  /** Channels for positions alone, which add to the scores. deepseekv2, eq. 16. */
  rotaryQuery?: tf.Tensor3D;
  rotaryKey?: tf.Tensor3D;
}

export interface Attended {
  /** Every query's mixture of the values: [sequences · length, heads · width of values]. */
  seen: tf.Tensor2D;
  /** [sequences · heads, length, positions], rows summing to 1. */
  weights: tf.Tensor3D;
}

export function definition(
  inputs: AttentionInputs,
  { heads, scale, causal }: AttentionAttributes,
): Attended {
  const weights = attentionWeights(scoresOf(inputs), scale, causal);
  return { seen: joinHeads(perQuery(weights, inputs.values), heads), weights };
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

/** [sequences · heads, length, positions]: products of queries and keys, before scale and mask. */
function scoresOf({ query, keys, rotaryQuery, rotaryKey }: AttentionInputs): tf.Tensor3D {
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
