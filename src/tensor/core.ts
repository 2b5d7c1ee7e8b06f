/**
 * TensorFlow.js with the gradients that models can need, and nothing of ours: what the ops are
 * built from. Everybody else comes through tf.ts, which adds the ops.
 */
export * from '@tensorflow/tfjs-core';

// After the core: registering a gradient reads a flag that the core defines.
import { add, type Tensor } from '@tensorflow/tfjs-core';
import './tf-gradients';

/** Sum of tensors of one shape: TensorFlow.js's own is silently wrong on WebGPU beyond seven. */
export function addN<T extends Tensor>(tensors: T[]): T {
  return tensors.reduce((sum, tensor) => add(sum, tensor) as T);
}
