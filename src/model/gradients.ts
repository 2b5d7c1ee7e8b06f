/** Gradients of a record of parameters, where TensorFlow.js wants a list of arguments. */
import * as tf from './tf';
import type { Params } from './types';

/**
 * The loss at `params` and its gradient, by the same names. Throws (TensorFlow.js does) if a
 * parameter has no influence on the loss: leave such a one out.
 */
export function lossAndGradients(
  params: Params,
  loss: (params: Params) => tf.Scalar,
): { loss: tf.Scalar; grads: Params } {
  const names = Object.keys(params);
  const byName = (values: tf.Tensor[]): Params =>
    Object.fromEntries(names.map((name, i) => [name, values[i]]));
  const { value, grads } = tf.valueAndGrads((...values: tf.Tensor[]) => loss(byName(values)))(
    Object.values(params),
  );
  return { loss: value as tf.Scalar, grads: byName(grads) };
}

/** The part of a record with the given names. */
export const pick = (record: Params, names: string[]): Params =>
  Object.fromEntries(names.map((name) => [name, record[name]]));
