/**
 * The network that folds: the tent map T(x) = 2 relu(x) − 4 relu(x − ½) on [0, 1], one fold per
 * layer of two units. k layers give 2ᵏ straight pieces; one hidden layer needs 2ᵏ − 1 units for
 * as many. telgarsky2016.
 */
import { normals } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { type DeepMlpConfig, layers } from './deep-mlp';

/** Two units in each of `folds` layers. Throws unless folds is 1 or more. */
export function configOf(folds: number): DeepMlpConfig {
  if (!(Number.isInteger(folds) && folds >= 1))
    throw new Error(`A tent is folded a whole number of times, 1 or more; it is ${folds}.`);
  return { inputs: 1, widths: Array(folds).fill(2), outputs: 1, activation: 'relu' };
}

/**
 * Parameters that compute T applied `folds` times, without any training and without error. With
 * a `deviation` above 0 every one of them is moved by normal noise of that size: a start close to
 * the construction, for asking whether training finds the rest of the way.
 */
export function construct(folds: number, deviation = 0, seed = 1): Params {
  return Object.fromEntries(
    layers(configOf(folds)).flatMap(({ name, from, to }) => {
      const noise = normals(seed, `tent.${name}`);
      // A fold reads T off the two units below it, 2a − 4b; the first reads x itself.
      const read = from === 1 ? [1] : [2, -4];
      const weight = read.flatMap((factor) => Array<number>(to).fill(factor));
      const bias = to === 1 ? [0] : [0, -0.5];
      const moved = (values: number[]) => values.map((value) => value + deviation * noise());
      return [
        [`${name}.weight`, tf.tensor2d(moved(weight), [from, to])],
        [`${name}.bias`, tf.tensor1d(moved(bias))],
      ];
    }),
  );
}
