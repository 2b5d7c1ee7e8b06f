/** Embedding on WebGPU; see kernel.ts. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runProgram } from '../program';
import { embeddingKernel } from './kernel';

export function registerEmbedding(): void {
  onWebGPU(embeddingKernel, forward);
  onWebGPU(`${embeddingKernel}Gradient`, gradient);
}

function forward(backend: WebGPUBackend, { weight, tokens }: Infos): tf.TensorInfo[] {
  const [words, dim] = weight.shape;
  const [n] = tokens.shape;
  return runProgram(backend, {
    name: 'embedding',
    inputs: { weight, tokens },
    outputs: { y: { shape: [n, dim] } },
    code: eachOf(
      n * dim,
      `let word = tokens[index / ${dim}u];
      y[index] = 0.0;
      if (word >= 0 && word < ${words}) {
        y[index] = weight[u32(word) * ${dim}u + index % ${dim}u];
      }`,
    ),
    groups: groupsOf64(n * dim),
  });
}

/** One invocation for every four numbers: it walks over the tokens and takes what is its word's. */
function gradient(
  backend: WebGPUBackend,
  { dy, tokens }: Infos,
  { words }: { words: number },
): tf.TensorInfo[] {
  const [n, dim] = dy.shape;
  const across = Math.ceil(dim / 4);
  return runProgram(backend, {
    name: 'gradient of embedding',
    inputs: { dy, tokens },
    outputs: { onWeight: { shape: [words, dim] } },
    code: eachOf(
      words * across,
      `let word = i32(index / ${across}u);
      let column = index % ${across}u * 4u;
      var sum = vec4f();
      for (var t = 0u; t < ${n}u; t++) {
        if (tokens[t] == word) {
          let start = t * ${dim}u + column;
          sum += vec4f(dy[start], dy[start + 1u], dy[start + 2u], dy[start + 3u]);
        }
      }
      for (var i = 0u; i < min(4u, ${dim}u - column); i++) {
        onWeight[u32(word) * ${dim}u + column + i] = sum[i];
      }`,
    ),
    chain: n,
    groups: groupsOf64(words * across),
  });
}
