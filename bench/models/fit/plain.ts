/** The hidden-layer fit in plain TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';

type Tensors = Record<string, tf.Tensor>;

export function loss(params: Tensors, data: Tensors): tf.Scalar {
  const matrix = (name: string) => params[name] as tf.Tensor2D;
  const x = data.x as tf.Tensor2D;
  const units = tf.relu(tf.add(tf.matMul(x, matrix('hidden.weight')), params['hidden.bias']));
  const answer = tf.add(tf.matMul(units as tf.Tensor2D, matrix('out.weight')), params['out.bias']);
  return tf.losses.meanSquaredError(data.target, tf.reshape(answer, [-1])) as tf.Scalar;
}
