/** Embedding on WebGPU; see kernel.ts. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runParts } from '../parts';
import { runProgram } from '../program';
import { summed } from '../sums';
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

/** For every four numbers a walk over the tokens that takes what is their word's. */
function gradient(
  backend: WebGPUBackend,
  { dy, tokens }: Infos,
  { words }: { words: number },
): tf.TensorInfo[] {
  const [n, dim] = dy.shape;
  const across = Math.ceil(dim / 4);
  const part = {
    name: 'embeddingOnWeight',
    inputs: { dy, tokens },
    outputs: { onWeight: { shape: [words, dim] } },
    invocations: words * across,
    chain: n,
  };
  const { onWeight } = runParts(backend, [
    summed(part, {
      before: `let word = i32(index / ${across}u);
        let column = index % ${across}u * 4u;`,
      sums: ['sum'],
      type: 'vec4f',
      terms: (walk) => `${walk('0u', `${n}u`)} {
        if (tokens[k] == word) {
          let start = k * ${dim}u + column;
          sum += vec4f(dy[start], dy[start + 1u], dy[start + 2u], dy[start + 3u]);
        }
      }`,
      after: `for (var i = 0u; i < min(4u, ${dim}u - column); i++) {
        onWeight[u32(word) * ${dim}u + column + i] = sum[i];
      }`,
    }),
  ]);
  return [onWeight];
}
