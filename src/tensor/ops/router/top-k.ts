/** The k largest of each row, in one command where a backend has the kernel. */
import * as tf from '../../core';
import { runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { withoutGradient } from '../without-gradient';
import { topKKernel } from './kernel';

/**
 * [rows, columns] → same shape: 1 at each row's `k` largest entries, with the `bias` added if there
 * is one, else 0; between equal entries the lower index wins. Minus infinity comes last, and what
 * is no number with it: a bias of −∞ bars an expert as long as k others are left. No gradient
 * passes. Throws if k is not between 1 and the columns.
 */
export function topKMask(scores: tf.Tensor2D, k: number, bias?: tf.Tensor): tf.Tensor2D {
  const columns = scores.shape[1];
  checkChoice(k, columns);
  return withoutGradient(
    (plain: tf.Tensor2D) => {
      if (hasKernel(topKKernel))
        return runKernel(topKKernel, { scores: plain }, { k })[0] as tf.Tensor2D;
      const keys = comparable(plain);
      return columns <= 16 ? topKByRank(keys, k) : topKBySorting(keys, k);
    },
    bias ? tf.add<tf.Tensor2D>(scores, bias) : scores,
  );
}

/** Beyond any score, biased or barred, yet finite. */
const FAR = 3e38;

/**
 * The same numbers between −FAR and FAR, those that are none at −FAR: TensorFlow.js compares by
 * differences, and that of two infinities is no number. For use off the tape.
 */
export function comparable<T extends tf.Tensor>(keys: T): T {
  return tf.where(tf.greater(keys, -FAR), tf.minimum(keys, FAR), -FAR);
}

/** Few columns: count for each entry how many are ahead of it. No sorting. */
function topKByRank(scores: tf.Tensor2D, k: number): tf.Tensor2D {
  const [rows, columns] = scores.shape;
  const own = tf.reshape(scores, [rows, columns, 1]);
  const other = tf.reshape(scores, [rows, 1, columns]);
  const larger = tf.step(tf.sub(other, own)); // [rows, columns, columns], 1 if other > own
  const { weights, places } = ranking(columns);
  const behind = tf.matMul(
    tf.reshape(larger, [rows, columns * columns]) as tf.Tensor2D,
    tf.tensor2d(weights, [columns * columns, columns]),
  ); // [rows, columns]: minus the rank, less a constant
  const room = tf.tensor1d(places.map((place) => k - 0.5 - place));
  return tf.step(tf.add(behind, room)) as tf.Tensor2D;
}

/**
 * Ranks as a matrix product. Each pair a < b is decided once, by whether b is larger: if so, a
 * moves a place back and b one forward from where it stands if all are equal (its index).
 */
function ranking(columns: number): { weights: Float32Array; places: number[] } {
  const weights = new Float32Array(columns ** 3); // [a, b, column]
  for (let a = 0; a < columns; a++)
    for (let b = a + 1; b < columns; b++) {
      weights[(a * columns + b) * columns + a] = -1;
      weights[(a * columns + b) * columns + b] = 1;
    }
  return { weights, places: Array.from({ length: columns }, (_, i) => i) };
}

/** Many columns: sort, then write ones where the first k came from. */
function topKBySorting(scores: tf.Tensor2D, k: number): tf.Tensor2D {
  const [rows, columns] = scores.shape;
  const { indices } = tf.topk(scores, k); // [rows, k]
  const starts = tf.tensor2d(
    Int32Array.from({ length: rows }, (_, row) => row * columns),
    [rows, 1],
  );
  const places = tf.reshape(tf.add(indices, starts), [rows * k, 1]);
  const chosen = tf.scatterND(places, tf.ones([rows * k]), [rows * columns]);
  return tf.reshape(chosen, [rows, columns]);
}

/** Throws a sentence unless 1 ≤ k ≤ columns. */
export function checkChoice(k: number, columns: number): void {
  if (!(Number.isInteger(k) && k >= 1 && k <= columns))
    throw new Error(`The ${k} largest of ${columns} cannot be chosen: k is 1 to ${columns}.`);
}
