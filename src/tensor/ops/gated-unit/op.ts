/** The gated unit of a SwiGLU network, one command each way. */
import * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { gatedUnitKernel } from './kernel';
import { registerGatedUnit } from './webgpu';

/** SiLU(a) ⊙ b, where SiLU(a) = a · σ(a). shazeer2020, eq. 6. a and b of one shape → the same. */
export function gatedUnit<T extends tf.Tensor>(a: T, b: T): T {
  registerGatedUnit();
  if (!hasKernel(gatedUnitKernel)) return definition(a, b);
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

/** What the kernel has to compute, and what runs where there is none. */
export const definition = <T extends tf.Tensor>(a: T, b: T): T =>
  tf.tidy(() => tf.mul(tf.mul(a, tf.sigmoid(a)), b) as T);
