/**
 * Choosing off the gradient tape. TensorFlow.js has no gradient for comparisons and top-k and no
 * stop-gradient: choices are made inside a custom gradient that is zero.
 */
import * as tf from '../tensor/tf';
import type { Router } from './types';

/** `compute(...inputs)` as a constant: gradients neither pass through nor fail. */
export function withoutGradient<Inputs extends tf.Tensor[], Y extends tf.Tensor>(
  compute: (...inputs: Inputs) => Y,
  ...inputs: Inputs
): Y {
  const constant = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const plain = given.slice(0, inputs.length) as Inputs; // behind them, a function to save with
    return {
      // A computation that hands an input back would tie the result to that input's life.
      value: tf.tidy(() => {
        const value = compute(...plain);
        return plain.some((input) => input === (value as tf.Tensor)) ? tf.clone(value) : value;
      }),
      gradFunc: () => inputs.map((input) => tf.zeros(input.shape)),
    };
  });
  return constant(...inputs) as Y;
}

/**
 * The gates [tokens, experts] as they are, but without a gradient where they are 0: what a layer
 * gives that computes only the chosen experts.
 */
export function withGradientWhereChosen(gates: tf.Tensor2D): tf.Tensor2D {
  const chosen = withoutGradient((plain: tf.Tensor2D) => tf.step(tf.abs(plain)), gates);
  return tf.mul(gates, chosen);
}

/**
 * How many pairs of token and expert a router chooses at most, or undefined where its gates need
 * a gradient at experts that were not chosen. As experts/dense.ts wants it.
 */
export function mostPairs(
  { perToken = 'topK', denseGates }: Pick<Router, 'perToken' | 'denseGates'>,
  topK: number,
  [tokens, experts]: number[],
): number | undefined {
  if (denseGates) return undefined;
  return tokens * (perToken === 'topK' || perToken === 'average' ? topK : experts);
}

/**
 * [rows, columns] → same shape: 1 at each row's `k` largest entries, else 0; between equal
 * entries the lower index wins. Minus infinity comes last, and what is no number with it: a bias
 * of −∞ bars an expert as long as k others are left. No gradient passes.
 */
export function topKMask(scores: tf.Tensor2D, k: number): tf.Tensor2D {
  const columns = scores.shape[1];
  tf.checkChoice(k, columns);
  return withoutGradient((plain: tf.Tensor2D) => {
    if (tf.hasKernel(tf.topKKernel)) return tf.topKOf(plain, k);
    const keys = comparable(plain);
    return columns <= 16 ? topKByRank(keys, k) : topKBySorting(keys, k);
  }, scores);
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
