/**
 * The mean cross-entropy of whole numbers as targets, with its gradient: three commands in place
 * of a dozen, and no one-hot rows.
 */
import * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';
import { oneHotRows } from '../embedding/op';
import { hasKernel } from '../program';
import { crossEntropyKernel } from './kernel';
import { registerCrossEntropy } from './webgpu';

/**
 * Mean over the rows of −log softmax(logits)[target], a scalar: logits [rows, classes], targets
 * [rows]. A target outside the classes counts as a loss of 0 and has no gradient.
 */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  registerCrossEntropy();
  if (targets.dtype !== 'int32' || !hasKernel(crossEntropyKernel))
    return definition(logits, targets);
  return differentiable({
    inputs: { logits },
    forward(save) {
      const [loss, logs] = runKernel(crossEntropyKernel, { logits, targets });
      save([logits, targets, logs]);
      return loss;
    },
    backward(dy, [logits, targets, logs]) {
      return {
        logits: () => runKernel(`${crossEntropyKernel}Gradient`, { dy, logits, targets, logs })[0],
      };
    },
  }) as tf.Scalar;
}

/** What the kernel has to compute, and what runs where there is none. */
export const definition = (logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar =>
  tf.tidy(() => tf.mean(crossEntropies(logits, targets)) as tf.Scalar);

/** [rows]: −log softmax(logits)[target] of each row, before any mean. */
export function crossEntropies(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => {
    const said = tf.mul(oneHotRows(targets, logits.shape[1]), tf.logSoftmax(logits));
    return tf.neg(tf.sum(said, 1)) as tf.Tensor1D;
  });
}
