/**
 * Root mean square normalisation in one command, and its gradient in one. Defined by the plain
 * TensorFlow.js in model/layers/rms-norm.ts; a backend has the op where it has both kernels:
 *
 * - `SwitchyardRmsNorm`: x [..., width], gain [width] → y like x, and sizes [rows], what each row
 *   was multiplied by, for the gradient. Attribute `epsilon`.
 * - `SwitchyardRmsNormGradient`: dy, x, gain, sizes and, if x was passed on beside y, the gradient
 *   `passed` of that → those of x (that of `passed` added) and of gain, whose sum over the rows
 *   has a fixed order.
 */
import * as tf from '../../core';
import { differentiable, differentiables, runKernel } from '../differentiable';

export const rmsNormKernel = 'SwitchyardRmsNorm';

export function rmsNorm<T extends tf.Tensor>(x: T, gain: tf.Tensor, epsilon: number): T {
  return differentiable({
    inputs: { x, gain },
    forward(save) {
      const [y, sizes] = runKernel(rmsNormKernel, { x, gain }, { epsilon });
      save([x, gain, sizes]);
      return y;
    },
    backward(dy, [x, gain, sizes]) {
      const [onX, onGain] = runKernel(`${rmsNormKernel}Gradient`, { dy, x, gain, sizes });
      return { x: () => onX, gain: () => onGain };
    },
  }) as T;
}

/**
 * The same beside x itself: `x` is what was given, for a residual connection. Its gradient and
 * the norm's are added in the norm's command, where the tape would take one more.
 */
export function rmsNormBeside<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor,
  epsilon: number,
): { x: T; y: T } {
  const [y, same] = differentiables({
    inputs: { x, gain },
    forward(save) {
      const [y, sizes] = runKernel(rmsNormKernel, { x, gain }, { epsilon });
      save([x, gain, sizes]);
      return [y, tf.clone(x)];
    },
    backward([dy, passed], [x, gain, sizes]) {
      const [onX, onGain] = runKernel(`${rmsNormKernel}Gradient`, { dy, x, gain, sizes, passed });
      return { x: () => onX, gain: () => onGain };
    },
  });
  return { x: same as T, y: y as T };
}
