/**
 * The gated unit SiLU(a) ⊙ b of a SwiGLU network (shazeer2020, eq. 6), one command each way.
 * Defined by the plain TensorFlow.js in model/layers/feed-forward.ts; a backend has the op where
 * it has both kernels:
 *
 * - `SwitchyardGatedUnit`: a and b of one shape → the same shape.
 * - `SwitchyardGatedUnitGradient`: dy, a, b → the gradients of a and of b.
 */
import type * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';

export const gatedUnitKernel = 'SwitchyardGatedUnit';

export function gatedUnit<T extends tf.Tensor>(a: T, b: T): T {
  return differentiable({
    inputs: { a, b },
    forward(save) {
      save([a, b]);
      return runKernel(gatedUnitKernel, { a, b })[0];
    },
    backward(dy, [a, b]) {
      const [onA, onB] = runKernel(`${gatedUnitKernel}Gradient`, { dy, a, b });
      return { a: () => onA, b: () => onB };
    },
  }) as T;
}
