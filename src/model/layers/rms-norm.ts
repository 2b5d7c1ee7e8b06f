/**
 * Root mean square normalisation: every vector is divided by its length per √width and scaled
 * channel by channel. No mean is subtracted and nothing is added. zhang2019, eq. 4.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';

/** Keeps a vector of zeros at zero; the value of Llama, DeepSeek and OLMoE. */
export const EPSILON = 1e-6;

/** { weight: [width] }, all ones. */
export function init(width: number): Params {
  return { weight: tf.ones([width]) };
}

/**
 * y = x / √(mean(x²) + ε) · weight, over the last axis.
 * x [..., width] → the same shape. Throws if the widths differ.
 */
export function forward<T extends tf.Tensor>(params: Params, x: T): T {
  checkWidth(params, x);
  return tf.rmsNorm(x, params.weight, EPSILON);
}

/**
 * `y` as above, and `x` once more, to which y or what becomes of it is added: a residual
 * connection costs no addition of gradients then. Throws as that does.
 */
export function beside<T extends tf.Tensor>(params: Params, x: T): { x: T; y: T } {
  checkWidth(params, x);
  return tf.rmsNormBeside(x, params.weight, EPSILON);
}

function checkWidth(params: Params, x: tf.Tensor): void {
  const width = x.shape[x.rank - 1];
  if (params.weight.size !== width)
    throw new Error(
      `This norm scales ${params.weight.size} channels; the vectors have ${width}. Both must be equal.`,
    );
}
