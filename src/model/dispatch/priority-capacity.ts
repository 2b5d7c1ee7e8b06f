/**
 * Capacity with the best first: when an expert is full, the tokens that matter least to it are
 * dropped, wherever they stand in the batch (capacity.ts drops the last ones).
 * riquelme2021, §4 (batch prioritised routing); deepseekv2, §2.2.4 (lowest affinity dropped
 * first, per device).
 */

import * as tf from '../../tensor/tf';
import { fits } from './room';

/** Below any priority, even one that is no number, yet finite. */
const LAST = -3.4e38;

export interface PriorityCapacity {
  topK: number;
  /** Room as a multiple of the fair share: a number, or a scalar on the device. Above 0. */
  factor: tf.Scalar | number;
  /** Who has the room: each expert (unless said), or each of so many devices with equally many experts. */
  devices?: number;
}

/**
 * The mask without the assignments of lowest priority where there are too many. mask and
 * priority (scores or gates) [tokens, experts] → [tokens, experts], no gradient. Room is
 * tokens · k / experts · factor, rounded down, summed over the experts of a device; between
 * equal priorities the earlier token wins.
 */
export function keepByPriority(
  mask: tf.Tensor2D,
  priority: tf.Tensor2D,
  { topK, factor, devices = mask.shape[1] }: PriorityCapacity,
): tf.Tensor2D {
  const [tokens, experts] = mask.shape;
  if (typeof factor === 'number' && !(factor > 0))
    throw new Error(`A capacity factor of ${factor} leaves no room at all; it must be above 0.`);
  if (experts % devices !== 0)
    throw new Error(`${experts} experts cannot be spread evenly over ${devices} devices.`);
  const width = (experts / devices) * tokens; // assignments that a device may be asked for
  return tf.withoutGradient(
    (chosen: tf.Tensor2D, rank: tf.Tensor2D) => {
      const all = tf.where(tf.greater(chosen, 0), tf.comparable(rank), LAST);
      const keys = tf.transpose(all); // [experts, tokens]
      const { indices } = tf.topk(tf.reshape(keys, [devices, width]), width); // best first
      const place = tf.range(1, width + 1, 1, 'float32');
      const room = { assignments: tokens * topK, holders: devices, factor };
      const first = fits(place, room); // [width]
      const kept = scatterRows(tf.tile(tf.expandDims(first, 0), [devices, 1]), indices);
      const perToken = tf.transpose(tf.reshape(kept, [experts, tokens])); // [tokens, experts]
      return tf.mul(perToken, chosen) as tf.Tensor2D;
    },
    mask,
    priority,
  );
}

/** Puts row entries where `indices` [rows, width] says: the reverse of sorting each row. */
function scatterRows(values: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const [rows, width] = values.shape;
  const starts = tf.tensor2d(
    Int32Array.from({ length: rows }, (_, row) => row * width),
    [rows, 1],
  );
  const places = tf.reshape(tf.add(indices, starts), [rows * width, 1]);
  return tf.scatterND(places as tf.Tensor2D, tf.reshape(values, [rows * width]), [rows * width]);
}
