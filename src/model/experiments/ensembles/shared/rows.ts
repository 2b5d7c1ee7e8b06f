/** Rows that an ensemble learns a curve from: a sample, or points of the reader's own. */
import * as tf from '../../../../tensor/tf';
import type { Ambiguity } from '../../../ensembles/ambiguity';
import { type Inputs, numbers, type StepInput } from '../../types';

/** Places at which curves are drawn and measured. */
export const places = 201;

export const along = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => -1 + (2 * i) / (count - 1));

/** [values, 1] */
export const column = (values: ArrayLike<number>): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from(values), [values.length, 1]);

/** Heights that the figure shows: points beyond are moved and stretched into it. */
const reach = { x: 1, y: 1.5 };

export interface Cases {
  /** [cases, 1] */
  x: tf.Tensor2D;
  y: tf.Tensor2D;
}

export interface Rows {
  count: number;
  own: boolean;
  /** What is learned from. */
  seen(now: StepInput): Cases;
  /** Where errors are measured: along the curve without noise, or at the reader's own points. */
  measured(now: StepInput): Cases;
  /** [201, 1] */
  at: tf.Tensor2D;
  /** [201]: the curve without noise; of the reader's own points none is known, and it is NaN. */
  truth(): tf.Tensor1D;
  dispose(): void;
}

/**
 * `sampled` is what there is to learn unless the page hands in `points`. Those are read anew at
 * each step: a reader may move them while members train.
 */
export function rowsOf(
  inputs: Inputs,
  sampled: { inputs: ArrayLike<number>; targets: ArrayLike<number>; answer(x: number): number },
): Rows {
  const own = numbers(inputs, 'points');
  const grid = along(places);
  const at = column(grid);
  if (own) {
    if (own.shape[1] !== 2)
      throw new Error(
        'The points have classes; here a point is x and y alone, as in 0.5, -1.2. Leave out the third number.',
      );
    const unknown = tf.tensor1d(new Float32Array(places).fill(Number.NaN));
    const cases = ({ inputs: { points } }: StepInput): Cases => {
      const [x, y] = tf.split(points as tf.Tensor2D, 2, 1) as tf.Tensor2D[];
      return { x: framed(x, reach.x), y: framed(y, reach.y) };
    };
    return {
      count: own.shape[0],
      own: true,
      seen: cases,
      measured: cases,
      at,
      truth: () => tf.clone(unknown),
      dispose: () => tf.dispose([at, unknown]),
    };
  }
  const seen = { x: column(sampled.inputs), y: column(sampled.targets) };
  const truth = column(grid.map(sampled.answer));
  return {
    count: sampled.inputs.length,
    own: false,
    seen: () => seen,
    measured: () => ({ x: at, y: truth }),
    at,
    truth: () => tf.reshape(truth, [places]),
    dispose: () => tf.dispose([seen.x, seen.y, truth, at]),
  };
}

/**
 * Values as they are where all lie within ±reach, else moved and stretched, all alike, until they
 * just fill it: years and prices can be pasted as they are.
 */
export function framed<T extends tf.Tensor>(values: T, reach: number): T {
  const [low, high] = [tf.min(values), tf.max(values)];
  const middle = tf.mul(0.5, tf.add(low, high));
  const half = tf.maximum(tf.mul(0.5, tf.sub(high, low)), 1e-6);
  const stretched = tf.mul(tf.sub(values, middle), tf.div(reach, half));
  const outside = tf.step(tf.sub(tf.maximum(high, tf.neg(low)), reach));
  // Not added to each other: years less years would lose their digits.
  return tf.where(tf.cast(tf.mul(outside, tf.onesLike(values)), 'bool'), stretched, values) as T;
}

/** What the points look like in the figure: [cases, 2]. */
export const drawn = ({ x, y }: Cases): tf.Tensor2D => tf.concat([x, y], 1);

/**
 * The identity in numbers, [4]: error of the blend, mean error of the members, their spread around
 * the blend, and what is left over when the first and the third are taken from the second, as a
 * share of it.
 */
export function identity({ ensemble, members, ambiguity }: Ambiguity): tf.Tensor1D {
  const left = tf.sub(members, tf.add(ensemble, ambiguity));
  const share = tf.div(tf.abs(left), tf.maximum(members, 1e-30));
  return tf.stack([ensemble, members, ambiguity, share]) as tf.Tensor1D;
}

/** What a metric of `identity` says. */
export const identityMetric = {
  label: 'squared error: of the blend, of the members, their spread, what is left over',
};
