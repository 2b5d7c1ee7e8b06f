/** The Switch loss on WebGPU: one workgroup reads the batch once; on hardware a large one in two commands. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runParts } from '../parts';
import { runProgram } from '../program';
import { halving, summed } from '../sums';
import { variantOf } from '../variant';
import { switchLossKernel } from './kernel';

const threads = 256;

/** Tokens that an invocation of the one workgroup adds in turn at most, on hardware. */
const mostInTurn = 48;

/** Rows that a large batch is summed up to first. */
const blocks = 16;

export function registerSwitchLoss(): void {
  onWebGPU(switchLossKernel, loss);
  onWebGPU(`${switchLossKernel}Gradient`, gradient);
}

function loss(
  backend: WebGPUBackend,
  { task, strength, mask, scores }: Infos,
  { topK }: { topK: number },
): tf.TensorInfo[] {
  const [tokens, experts] = scores.shape;
  const split = variantOf(backend) === 'split';
  // Few experts: several threads share one, and takes turns with the tokens.
  const most = Math.max(1, Math.floor(threads / experts));
  const sharers = split ? 2 ** Math.floor(Math.log2(most)) : most;
  const large = split && tokens > blocks && tokens / sharers > mostInTurn;
  const read = large ? sumsOfBlocks(backend, mask, scores) : { mask, scores };
  const rows = large ? blocks : tokens;
  const results = runProgram(backend, {
    name: 'switch loss',
    inputs: { ...read, ...(task && { task, strength }) },
    outputs: { total: { shape: [] }, balance: { shape: [] }, shares: { shape: [experts] } },
    code: `
    var<workgroup> sums : array<vec2f, ${experts * sharers}>; // of mask and scores
    ${split ? `var<workgroup> products : array<f32, ${threads}>;` : ''}
    @compute @workgroup_size(${threads}) fn main(@builtin(local_invocation_index) own : u32) {
      for (var i = own; i < ${experts * sharers}u; i += ${threads}u) {
        var sum = vec2f();
        for (var t = i / ${experts}u; t < ${rows}u; t += ${sharers}u) {
          let at = t * ${experts}u + i % ${experts}u;
          sum += vec2f(mask[at], scores[at]);
        }
        sums[i] = sum;
      }
      workgroupBarrier();
      ${
        split
          ? `for (var half = ${Math.floor(sharers / 2)}u; half > 0u; half /= 2u) {
              if (own < half * ${experts}u) { sums[own] += sums[own + half * ${experts}u]; }
              workgroupBarrier();
            }`
          : 'if (own > 0u) { return; }'
      }
      var found = 0.0;
      for (var e = ${split ? 'own' : '0u'}; e < ${experts}u; e += ${split ? threads : 1}u) {
        var sum = vec2f();
        for (var s = 0u; s < ${split ? 1 : sharers}u; s++) { sum += sums[s * ${experts}u + e]; }
        let share = sum.x / ${tokens * topK}.0;
        shares[e] = share;
        found += share * (sum.y / ${tokens}.0);
      }
      ${
        split
          ? `products[own] = found;
            ${halving('products', threads)}
            if (own > 0u) { return; }
            found = products[0];`
          : ''
      }
      found *= ${experts}.0;
      balance[0] = found;
      total[0] = ${task ? 'task[0] + strength[0] * found' : 'found'};
    }`,
    chain: split
      ? Math.ceil(rows / sharers) + Math.log2(sharers) + Math.log2(threads)
      : tokens / sharers + experts * sharers,
    groups: [1],
  });
  if (large) for (const { dataId } of Object.values(read)) backend.disposeData(dataId);
  return results;
}

/** [tokens, experts] of both → [blocks, experts]: sums over the tokens of each block. */
function sumsOfBlocks(backend: WebGPUBackend, mask: tf.TensorInfo, scores: tf.TensorInfo): Infos {
  const [tokens, experts] = scores.shape;
  const each = Math.ceil(tokens / blocks);
  const shape = [blocks, experts];
  const part = {
    name: 'blocks',
    inputs: { mask, scores },
    outputs: { masks: { shape }, all: { shape } },
    invocations: blocks * experts,
    chain: each,
  };
  const { masks, all } = runParts(backend, [
    summed(part, {
      before: `let first = index / ${experts}u * ${each}u;`,
      sums: ['a', 'b'],
      type: 'f32',
      terms: (walk) => `${walk('first', `min(first + ${each}u, ${tokens}u)`)} {
        let at = k * ${experts}u + index % ${experts}u;
        a += mask[at];
        b += scores[at];
      }`,
      after: 'masks[index] = a; all[index] = b;',
    }),
  ]);
  return { mask: masks, scores: all };
}

function gradient(
  backend: WebGPUBackend,
  { dy, strength, shares }: Infos,
  { shape }: { shape: [number, number] },
): tf.TensorInfo[] {
  const [tokens, experts] = shape;
  return runProgram(backend, {
    name: 'gradient of the switch loss',
    inputs: { dy, shares, ...(strength && { strength }) },
    outputs: { result: { shape } },
    code: eachOf(
      tokens,
      `let factor = f32(${experts / tokens}) * dy[0]${strength ? ' * strength[0]' : ''};
      for (var e = 0u; e < ${experts}u; e++) {
        result[index * ${experts}u + e] = factor * shares[e];
      }`,
    ),
    chain: experts,
    own: { width: experts, of: ['result'] },
    groups: groupsOf64(tokens),
  });
}
