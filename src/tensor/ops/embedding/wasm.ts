/** Embeddings on WASM. */
import type * as tf from '../../core';
import { type Infos, registerKernels, sizeOf, type Wasm } from '../on-wasm';
import { embeddingKernel } from './kernel';

export function registerEmbedding(wasm: Wasm): void {
  registerKernels(wasm, {
    [embeddingKernel]: forward,
    [`${embeddingKernel}Gradient`]: gradient,
  });
}

function forward(wasm: Wasm, { weight, tokens }: Infos): tf.TensorInfo {
  const [words, dim] = weight.shape;
  const count = sizeOf(tokens);
  const y = wasm.output([count, dim]);
  wasm.run.lookUp(wasm.at(weight), words, dim, wasm.at(tokens), count, wasm.at(y));
  return y;
}

function gradient(wasm: Wasm, { dy, tokens }: Infos, attributes: Record<string, unknown>) {
  const words = attributes.words as number;
  const [count, dim] = dy.shape;
  const dWeight = wasm.output([words, dim]);
  wasm.run.sumByRow(wasm.at(dy), wasm.at(tokens), count, words, dim, wasm.at(dWeight));
  return dWeight;
}
