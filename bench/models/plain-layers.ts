/** What the plain TensorFlow.js models share. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * 1 at each row's k largest entries, else 0. The choice has no gradient, and TensorFlow.js does not
 * know one for it, so it is kept off the tape.
 */
export function topKMask(scores: tf.Tensor2D, k: number): tf.Tensor2D {
  const experts = scores.shape[1];
  const choose = tf.customGrad((x) => {
    const { indices } = tf.topk(x as tf.Tensor2D, k);
    const mask = tf.sum(oneHot(indices, experts), 1); // of [rows, k, experts]
    return { value: mask, gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) };
  });
  return choose(scores) as tf.Tensor2D;
}

/** E · Σ share of the assignments · mean score, as in the Switch Transformer. */
export function switchLoss(scores: tf.Tensor2D, mask: tf.Tensor2D, topK: number): tf.Scalar {
  const load = tf.div(tf.mean(mask, 0), topK);
  return tf.mul(tf.sum(tf.mul(load, tf.mean(scores, 0))), scores.shape[1]);
}

/**
 * Zeros with a one at the label, along a new last axis. WASM has no float form (it gives integers'
 * bits), and on WebGPU a cast from integers is read wrongly by a later transposition.
 */
export const oneHot = (labels: tf.Tensor, classes: number): tf.Tensor =>
  tf.getBackend() === 'wasm'
    ? tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), 'float32')
    : tf.oneHot(labels as tf.Tensor1D, classes, 1, 0, 'float32');
