/**
 * A layer of weights, onto a residual stream if there is one, with a bias if there is one: one
 * command, and one for the gradients of input and weights together. It is x · weight
 * (+ onto) (+ bias), and nothing else; a backend has the op where it has both kernels:
 *
 * - `SwitchyardLinear`: x [rows, inputs], weight [inputs, outputs], onto [rows, outputs] or none,
 *   bias [outputs] or none → [rows, outputs].
 * - `SwitchyardLinearGradient`: dy, x, weight, and attribute `biased` → the gradients of x, of
 *   weight and, if biased, of bias; that of `onto` is dy.
 */
import * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';
import { hasKernel } from '../program';

export const linearKernel = 'SwitchyardLinear';

/**
 * x [rows, inputs] · weight [inputs, outputs] (+ onto [rows, outputs]) (+ bias [outputs]) →
 * [rows, outputs].
 */
export function linear(
  x: tf.Tensor2D,
  weight: tf.Tensor,
  { onto, bias }: { onto?: tf.Tensor2D; bias?: tf.Tensor } = {},
): tf.Tensor2D {
  // Shapes that do not fit are TensorFlow.js's to refuse.
  if (weight.rank !== 2 || x.shape[1] !== weight.shape[0] || !hasKernel(linearKernel)) {
    const y: tf.Tensor2D = tf.matMul(x, weight);
    const sum = onto ? tf.add<tf.Tensor2D>(onto, y) : y;
    return bias ? tf.add(sum, bias) : sum;
  }
  const inputs: Record<string, tf.Tensor> = {
    ...{ x, weight },
    ...(onto && { onto }),
    ...(bias && { bias }),
  };
  return differentiable({
    inputs,
    forward(save) {
      save([x, weight]);
      return runKernel(linearKernel, inputs)[0];
    },
    backward(dy, [x, weight]) {
      const [onX, onWeight, onBias] = runKernel(
        `${linearKernel}Gradient`,
        { dy, x, weight },
        { biased: Boolean(bias) },
      );
      return {
        x: () => onX,
        weight: () => onWeight,
        onto: () => tf.clone(dy),
        bias: () => onBias,
      };
    },
  }) as tf.Tensor2D;
}
