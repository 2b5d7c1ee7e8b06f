/** The dense decoder in plain TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import { oneHot } from '../plain-layers';
import { byHeads, type Constants, norm, product, type Tensors } from '../transformer/plain';
import type { DecoderConfig } from './config';

export function loss(
  config: DecoderConfig,
  params: Tensors,
  data: Tensors,
  tables: Constants,
): tf.Scalar {
  const matrix = (name: string) => params[name] as tf.Tensor2D;
  const embedding = matrix('embedding.weight');
  let x: tf.Tensor2D = product(oneHot(data.tokens, tables.vocabulary) as tf.Tensor2D, embedding);
  for (let layer = 0; layer < config.layers; layer++) {
    const own = (name: string) => matrix(`layers.${layer}.${name}`);
    x = tf.add(x, byHeads(config, own, norm(x, own('norm.attention.weight')), tables));
    const quiet = norm(x, own('norm.feedForward.weight'));
    const switched = product(quiet, own('feedForward.w1'));
    const silu = tf.mul(switched, tf.sigmoid(switched));
    const inner: tf.Tensor2D = tf.mul(silu, product(quiet, own('feedForward.w3')));
    x = tf.add(x, product(inner, own('feedForward.w2')));
  }
  const logits = tf.matMul(norm(x, params['norm.weight']), embedding, false, true);
  const targets = oneHot(data.targets, tables.vocabulary);
  return tf.losses.softmaxCrossEntropy(targets, logits) as tf.Scalar;
}
