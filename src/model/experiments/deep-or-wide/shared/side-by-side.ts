/** Many networks of one shape in one record: every tensor has one more axis, the networks'. */
import * as tf from '../../../../tensor/tf';
import type { Params } from '../../../types';

/** [networks, …] of each; the records given are disposed. */
export function sideBySide(all: Params[]): Params {
  const stacked = Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, tf.stack(all.map((params) => params[name]))]),
  );
  tf.dispose(all);
  return stacked;
}

/** What each ReLU network of `depth` hidden layers answers: x [points, 1] → [networks, points, 1]. */
export function answersOf(params: Params, x: tf.Tensor2D, depth: number): tf.Tensor3D {
  const networks = params['out.bias'].shape[0];
  const linear = (name: string, signal: tf.Tensor3D) =>
    tf.add(
      tf.matMul(signal, params[`${name}.weight`] as tf.Tensor3D),
      tf.expandDims(params[`${name}.bias`], 1),
    ) as tf.Tensor3D;
  let signal = tf.tile(tf.expandDims(x, 0), [networks, 1, 1]) as tf.Tensor3D;
  for (let layer = 0; layer < depth; layer++) signal = tf.relu(linear(`layers.${layer}`, signal)); // [networks, points, width]
  return linear('out', signal);
}

/** Mean squared error of each, [networks]; y [points, 1]. */
export const errorsOf = (
  params: Params,
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  depth: number,
): tf.Tensor1D =>
  tf.mean(
    tf.squaredDifference(answersOf(params, x, depth), tf.expandDims(y, 0)),
    [1, 2],
  ) as tf.Tensor1D;
