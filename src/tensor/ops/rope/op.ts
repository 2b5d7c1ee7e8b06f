/** Vectors turned by their positions, and turned back as the gradient. */
import * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { ropeKernel } from './kernel';
import { registerRope } from './webgpu';

/**
 * Channels 2i and 2i + 1 of a vector are a plane, turned by an angle: (a, b) becomes
 * (a cos − b sin, b cos + a sin). su2021, eq. 34. x [groups, positions, width] → the same shape;
 * `angles` holds those of each position's width / 2 planes, in radians, on the host: a GPU's own
 * cosines are rough for large angles.
 */
export function turned(x: tf.Tensor3D, angles: ArrayLike<number>): tf.Tensor3D {
  const [, positions, width] = x.shape;
  registerRope();
  // For one token a new program would be waited for at every position.
  if (positions < 2 || !hasKernel(ropeKernel)) return definition(x, angles);
  return differentiable({
    inputs: { x },
    forward(save) {
      const table = tableOf(angles, positions, width);
      save([table]);
      return runKernel(ropeKernel, { x, table }, { back: false })[0];
    },
    backward: (dy, [table]) => ({
      x: () => runKernel(ropeKernel, { x: dy, table }, { back: true })[0],
    }),
  }) as tf.Tensor3D;
}

/** What the kernel has to compute, and what runs where there is none. */
export function definition(x: tf.Tensor3D, angles: ArrayLike<number>): tf.Tensor3D {
  const [groups, positions, width] = x.shape;
  return tf.tidy(() => {
    const waves = (wave: (angle: number) => number) =>
      tf.tensor2d(
        Float32Array.from({ length: positions * width }, (_, i) => wave(angles[i >> 1])),
        [positions, width],
      );
    const flat = tf.reshape(x, [groups * positions, width]);
    const quarter = tf.reshape(tf.matMul(flat, quarterTurn(width)), x.shape);
    return tf.add(tf.mul(x, waves(Math.cos)), tf.mul(quarter, waves(Math.sin))) as tf.Tensor3D;
  });
}

/** [positions, width]: cosine and sine of each plane's angle, in place of its two channels. */
export const tableOf = (angles: ArrayLike<number>, positions: number, width: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: positions * width }, (_, i) =>
      (i % 2 === 0 ? Math.cos : Math.sin)(angles[i >> 1]),
    ),
    [positions, width],
  );

/** [width, width]: sends (a, b) of each plane to (−b, a). */
function quarterTurn(width: number): tf.Tensor2D {
  const turn = new Float32Array(width * width);
  for (let even = 0; even < width; even += 2) {
    turn[even * width + even + 1] = 1;
    turn[(even + 1) * width + even] = -1;
  }
  return tf.tensor2d(turn, [width, width]);
}
