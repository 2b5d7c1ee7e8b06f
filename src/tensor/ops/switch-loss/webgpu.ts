/** The Switch loss on WebGPU: one workgroup reads the batch once. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runProgram } from '../program';
import { switchLossKernel } from './kernel';

const threads = 256;

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
  // Few experts: several threads share one, and takes turns with the tokens.
  const sharers = Math.max(1, Math.floor(threads / experts));
  return runProgram(backend, {
    name: 'switch loss',
    inputs: { mask, scores, ...(task && { task, strength }) },
    outputs: { total: { shape: [] }, balance: { shape: [] }, shares: { shape: [experts] } },
    code: `
    var<workgroup> sums : array<vec2f, ${experts * sharers}>; // of mask and scores
    @compute @workgroup_size(${threads}) fn main(@builtin(local_invocation_index) own : u32) {
      for (var i = own; i < ${experts * sharers}u; i += ${threads}u) {
        var sum = vec2f();
        for (var t = i / ${experts}u; t < ${tokens}u; t += ${sharers}u) {
          let at = t * ${experts}u + i % ${experts}u;
          sum += vec2f(mask[at], scores[at]);
        }
        sums[i] = sum;
      }
      workgroupBarrier();
      if (own > 0u) { return; }
      var found = 0.0;
      for (var e = 0u; e < ${experts}u; e++) {
        var sum = vec2f();
        for (var s = 0u; s < ${sharers}u; s++) { sum += sums[s * ${experts}u + e]; }
        let share = sum.x / ${tokens * topK}.0;
        shares[e] = share;
        found += share * (sum.y / ${tokens}.0);
      }
      found *= ${experts}.0;
      balance[0] = found;
      total[0] = ${task ? 'task[0] + strength[0] * found' : 'found'};
    }`,
    chain: tokens / sharers + experts * sharers,
    groups: [1],
  });
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
    groups: groupsOf64(tokens),
  });
}
