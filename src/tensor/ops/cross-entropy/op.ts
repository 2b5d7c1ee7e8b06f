/**
 * The mean cross-entropy of whole numbers as targets, with its gradient: three commands in place
 * of a dozen, and no one-hot rows. Defined by the plain TensorFlow.js in
 * model/layers/cross-entropy.ts; a backend has the op where it has both kernels:
 *
 * - `SwitchyardCrossEntropy`: logits [rows, classes], targets [rows] int32 → the loss, a scalar,
 *   and logs [rows]: log Σ exp of each row, for the gradient.
 * - `SwitchyardCrossEntropyGradient`: dy, a scalar, and all of the above → that of logits.
 */
import type * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';

export const crossEntropyKernel = 'SwitchyardCrossEntropy';

/** A target outside the classes counts as a loss of 0 and has no gradient. */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
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
