/**
 * A layer of weights without bias, onto a residual stream if there is one: one command, and one
 * for the gradients of input and weights together. It is x · weight (+ onto), and nothing else; a
 * backend has the op where it has both kernels:
 *
 * - `SwitchyardLinear`: x [rows, inputs], weight [inputs, outputs], onto [rows, outputs] or none
 *   → [rows, outputs].
 * - `SwitchyardLinearGradient`: dy, x, weight → the gradients of x and of weight; that of `onto`
 *   is dy.
 */
import * as tf from '../../model/tf';
import { differentiable, runKernel } from './differentiable';
import { hasKernel } from './program';

export const linearKernel = 'SwitchyardLinear';

/** x [rows, inputs] · weight [inputs, outputs] (+ onto [rows, outputs]) → [rows, outputs]. */
export function linear(x: tf.Tensor2D, weight: tf.Tensor, onto?: tf.Tensor2D): tf.Tensor2D {
  if (weight.rank !== 2 || x.shape[1] !== weight.shape[0] || !hasKernel(linearKernel)) {
    const y: tf.Tensor2D = tf.matMul(x, weight);
    return onto ? tf.add(onto, y) : y;
  }
  const inputs: Record<string, tf.Tensor> = onto ? { x, weight, onto } : { x, weight };
  return differentiable({
    inputs,
    forward(save) {
      save([x, weight]);
      return runKernel(linearKernel, inputs)[0];
    },
    backward(dy, [x, weight]) {
      const [onX, onWeight] = runKernel(`${linearKernel}Gradient`, { dy, x, weight });
      return { x: () => onX, weight: () => onWeight, onto: () => tf.clone(dy) };
    },
  }) as tf.Tensor2D;
}
