/** All weights of a record as one long vector, and back: how optimizers remember what they know. */
import * as tf from '../tensor/tf';
import type { Params } from './types';

/** How many weights the parameters have. */
export const weightsOf = (params: Params): number =>
  Object.values(params).reduce((sum, { size }) => sum + size, 0);

/** [weights]: the record's numbers one after another, in the order of the names of `like`. */
export const joined = (record: Params, like = record): tf.Tensor1D =>
  tf.concat1d(Object.keys(like).map((name) => tf.reshape(record[name], [-1])));

/**
 * The parts of a long vector [weights], in the shapes and by the names of `like`: what `joined`
 * put together.
 */
export function separated(vector: tf.Tensor1D, like: Params): Params {
  const sizes = Object.values(like).map(({ size }) => size);
  const parts = tf.split(vector, sizes);
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape }], i) => [name, tf.reshape(parts[i], shape)]),
  );
}
