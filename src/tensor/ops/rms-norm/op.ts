/** Root mean square normalisation in one command, and its gradient in one. */
import * as tf from '../../core';
import { differentiable, differentiables, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { rmsNormKernel } from './kernel';
import { registerRmsNorm } from './webgpu';

/**
 * y = x / √(mean(x²) + ε) · gain, over the last axis. zhang2019, eq. 4.
 * x [..., width], gain [width] → like x.
 */
export function rmsNorm<T extends tf.Tensor>(x: T, gain: tf.Tensor, epsilon: number): T {
  registerRmsNorm();
  if (!hasKernel(rmsNormKernel)) return definition(x, gain, epsilon);
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

/** What the kernel has to compute, and what runs where there is none. */
export function definition<T extends tf.Tensor>(x: T, gain: tf.Tensor, epsilon: number): T {
  return tf.tidy(() => {
    const square = tf.mean(tf.square(x), -1, true); // [..., 1]
    const unit = tf.mul(x, tf.rsqrt(tf.add(square, epsilon)));
    return tf.mul(unit, gain) as T;
  });
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
  registerRmsNorm();
  if (!hasKernel(rmsNormKernel)) return { x, y: definition(x, gain, epsilon) };
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
