/**
 * Vectors turned by their positions, and turned back as the gradient. Defined by the plain
 * TensorFlow.js in model/layers/rope.ts; a backend has the op where it has the kernel:
 *
 * - `SwitchyardRope`: x [groups, positions, width], table [positions, width]: cosine and sine of
 *   each plane's angle by turns → like x; attribute `back`: the other way round.
 */
import type * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';

export const ropeKernel = 'SwitchyardRope';

export function turned(x: tf.Tensor3D, table: tf.Tensor2D): tf.Tensor3D {
  return differentiable({
    inputs: { x },
    forward(save) {
      save([table]);
      return runKernel(ropeKernel, { x, table }, { back: false })[0];
    },
    backward: (dy, [table]) => ({
      x: () => runKernel(ropeKernel, { x: dy, table }, { back: true })[0],
    }),
  }) as tf.Tensor3D;
}
