/** Gradients of a record of parameters, where TensorFlow.js wants a list of arguments. */
import * as tf from '../tensor/tf';
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

/**
 * As `lossAndGradients`, for a computation that also gives tensors to look at: every tensor of its
 * result comes back, so that nothing has to be computed again for metrics.
 */
export function seenAndGradients<Seen extends Record<string, tf.Tensor> & { loss: tf.Scalar }>(
  params: Params,
  compute: (params: Params) => Seen,
): { seen: Seen; grads: Params } {
  const held: Record<string, tf.Tensor> = {};
  const { grads } = lossAndGradients(params, (now) => {
    const seen = compute(now);
    // TensorFlow.js releases whatever a loss leaves behind, unless it is kept.
    for (const [name, tensor] of Object.entries(seen)) held[name] = tf.keep(tf.clone(tensor));
    return seen.loss;
  });
  const seen = Object.fromEntries(
    Object.entries(held).map(([name, tensor]) => [name, tf.clone(tensor)]),
  );
  tf.dispose(held);
  return { seen: seen as Seen, grads };
}

/** The part of a record with the given names. */
export const pick = (record: Params, names: string[]): Params =>
  Object.fromEntries(names.map((name) => [name, record[name]]));
