/**
 * A layer of weights, onto a residual stream if there is one, with a bias if there is one: one
 * command, and one for the gradients of input and weights together.
 */
import * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { linearKernel } from './kernel';

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
  if (weight.rank !== 2 || x.shape[1] !== weight.shape[0] || !hasKernel(linearKernel))
    return definition(x, weight, onto, bias);
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

/** What the kernel has to compute, and what runs where there is none. */
export function definition(
  x: tf.Tensor2D,
  weight: tf.Tensor,
  onto?: tf.Tensor2D,
  bias?: tf.Tensor,
): tf.Tensor2D {
  const y: tf.Tensor2D = tf.matMul(x, weight);
  const sum = onto ? tf.add<tf.Tensor2D>(onto, y) : y;
  return bias ? tf.add(sum, bias) : sum;
}
