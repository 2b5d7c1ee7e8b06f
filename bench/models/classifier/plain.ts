/**
 * The classifier in plain TensorFlow.js. All experts are computed for all rows as two products,
 * the fastest way to write a mixture there: a loop over the experts or a gather is slower.
 */
import * as tf from '@tensorflow/tfjs-core';
import { oneHot, switchLoss, topKMask } from '../plain-layers';
import type { ClassifierConfig } from './config';

type Tensors = Record<string, tf.Tensor>;

export function loss(config: ClassifierConfig, params: Tensors, data: Tensors): tf.Scalar {
  const { rows, experts, hidden, topK, classes, balanceStrength } = config;
  const matrix = (name: string) => params[name] as tf.Tensor2D;
  const x = data.x as tf.Tensor2D;
  const scores: tf.Tensor2D = tf.softmax(tf.matMul(x, matrix('router.weight')));
  const mask = topKMask(scores, topK);
  const gates: tf.Tensor2D = tf.mul(scores, mask);
  const inner = tf.relu(tf.add(tf.matMul(x, matrix('experts.w1')), params['experts.b1']));
  const weighed = tf.mul(
    tf.reshape(inner, [rows, experts, hidden]),
    tf.reshape(gates, [rows, experts, 1]),
  );
  const y = tf.add(
    tf.matMul(tf.reshape(weighed, [rows, experts * hidden]), matrix('experts.w2')),
    tf.matMul(gates, matrix('experts.b2')),
  );
  const answer: tf.Tensor2D = tf.matMul(y as tf.Tensor2D, matrix('head.weight'));
  const logits = tf.add(answer, params['head.bias']);
  const labels = oneHot(data.labels, classes);
  const task = tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
  return tf.add(task, tf.mul(switchLoss(scores, mask, topK), balanceStrength));
}
