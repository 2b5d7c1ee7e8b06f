/** A network with one hidden layer, and what each hidden unit adds to its answer. */
import { uniform, uniforms } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';

export type Activation = 'relu' | 'tanh' | 'square';

/** `square` is a polynomial: sums of its pieces are parabolas, whatever the width. leshno1993 */
const activations: Record<Activation, (x: tf.Tensor) => tf.Tensor> = {
  relu: tf.relu,
  tanh: tf.tanh,
  square: tf.square,
};

/** Throws a sentence if there is no such activation. */
export function activationNamed(name: string): Activation {
  if (name in activations) return name as Activation;
  throw new Error(
    `There is no activation "${name}"; there are ${Object.keys(activations).join(', ')}.`,
  );
}

export interface MlpConfig {
  hidden: number;
  activation: Activation;
}

/**
 * Weights of a network from a line to a line: "hidden.weight" [1, hidden], "hidden.bias" [hidden],
 * "out.weight" [hidden, 1], "out.bias" [1]. Slopes of size 1 to 3 and kinks spread evenly over
 * [−1, 1], so that every unit starts with something to say inside the picture.
 */
export function init({ hidden }: Pick<MlpConfig, 'hidden'>, seed: number): Params {
  const { slopes, offsets } = firstUnits(hidden, seed);
  const size = hidden ** -0.5;
  return {
    'hidden.weight': tf.tensor2d(slopes, [1, hidden]),
    'hidden.bias': tf.tensor1d(offsets),
    'out.weight': uniform<tf.Rank.R2>([hidden, 1], -size, size, seed, 'out'),
    'out.bias': tf.zeros([1]),
  };
}

/** The hidden units that `init` starts with, as numbers: each answers σ(slope · x + offset). */
export function firstUnits(
  hidden: number,
  seed: number,
): { slopes: Float32Array; offsets: Float32Array } {
  const next = uniforms(seed, 'hidden');
  const slopes = Float32Array.from(
    { length: hidden },
    () => (next() < 0.5 ? -1 : 1) * (1 + 2 * next()),
  );
  const kinks = Array.from({ length: hidden }, (_, i) => -1 + (2 * (i + next())) / hidden);
  return { slopes, offsets: slopes.map((slope, i) => -slope * kinks[i]) };
}

/** Activations of the hidden units: x [points, 1] → [points, hidden]. */
export function units(params: Params, x: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  const before = tf.linear(x, params['hidden.weight'], { bias: params['hidden.bias'] });
  return activations[activation](before) as tf.Tensor2D;
}

/** The network's answer: a weighed sum of its units. x [points, 1] → [points]. */
export function forward(params: Params, x: tf.Tensor2D, activation: Activation): tf.Tensor1D {
  const hidden = units(params, x, activation);
  return tf.reshape(tf.linear(hidden, params['out.weight'], { bias: params['out.bias'] }), [-1]);
}

/** What each unit adds to the answer, without the common bias: x [points, 1] → [hidden, points]. */
export function pieces(params: Params, x: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  const weights = tf.reshape(params['out.weight'], [1, -1]); // [1, hidden]
  return tf.transpose(tf.mul(units(params, x, activation), weights)) as tf.Tensor2D;
}
