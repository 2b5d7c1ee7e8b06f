/**
 * Rows looked up by whole numbers. Defined by the product with one-hot rows in
 * model/layers/embedding.ts; a backend has the op where it has both kernels:
 *
 * - `SwitchyardEmbedding`: weight [words, dim], tokens [n] int32 → [n, dim]; zeros where a token
 *   is no word.
 * - `SwitchyardEmbeddingGradient`: dy [n, dim], tokens; attribute `words` → that of weight,
 *   [words, dim], each number summed in the order of the tokens.
 */
import type * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';

export const embeddingKernel = 'SwitchyardEmbedding';

export function embed(weight: tf.Tensor2D, tokens: tf.Tensor1D): tf.Tensor2D {
  const [words] = weight.shape;
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
