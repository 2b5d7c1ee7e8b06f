/**
 * Rows looked up by whole numbers. Defined as a product with one-hot rows, because the gradient of
 * a gather is missing on WASM and slow elsewhere.
 */
import * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { embeddingKernel } from './kernel';
import { registerEmbedding } from './webgpu';

/** weight [words, dim], tokens [n] → [n, dim], each token's row; zeros where a token is no word. */
export function embed(weight: tf.Tensor2D, tokens: tf.Tensor1D): tf.Tensor2D {
  const [words] = weight.shape;
  registerEmbedding();
  if (tokens.dtype !== 'int32' || !hasKernel(embeddingKernel)) return definition(weight, tokens);
  return differentiable({
    inputs: { weight },
    forward(save) {
      save([tokens]);
      return runKernel(embeddingKernel, { weight, tokens })[0];
    },
    backward: (dy, [tokens]) => ({
      weight: () => runKernel(`${embeddingKernel}Gradient`, { dy, tokens }, { words })[0],
    }),
  }) as tf.Tensor2D;
}

/** What the kernel has to compute, and what runs where there is none. */
export const definition = (weight: tf.Tensor2D, tokens: tf.Tensor1D): tf.Tensor2D =>
  tf.tidy(() => tf.matMul(oneHotRows(tokens, weight.shape[0]), weight));

/** Rows of zeros with a 1 at the token: tokens [n] int32 → [n, words] float32. */
export function oneHotRows(tokens: tf.Tensor1D, words: number): tf.Tensor2D {
  // As int32, then cast: WASM has no float one-hot. Times 1: on WebGPU a cast only relabels the
  // integers, and a later transpose (the gradient's) would read them wrongly.
  return tf.tidy(() => tf.mul(tf.cast(tf.oneHot(tokens, words), 'float32'), 1) as tf.Tensor2D);
}
