/** Cross-entropy on WebGPU: one invocation a row, and one workgroup for their mean. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runProgram } from '../program';
import { halving } from '../sums';
import { variantOf } from '../variant';
import { crossEntropyKernel } from './kernel';

export function registerCrossEntropy(): void {
  onWebGPU(crossEntropyKernel, loss);
  onWebGPU(`${crossEntropyKernel}Gradient`, gradient);
}

const inside = (classes: number) => `wanted >= 0 && wanted < ${classes}`;

function loss(backend: WebGPUBackend, { logits, targets }: Infos): tf.TensorInfo[] {
  const [rows, classes] = logits.shape;
  const [losses, logs] = runProgram(backend, {
    name: 'cross-entropy',
    inputs: { logits, targets },
    outputs: { losses: { shape: [rows] }, logs: { shape: [rows] } },
    code: eachOf(
      rows,
      `let start = index * ${classes}u;
      var largest = logits[start];
      for (var i = 1u; i < ${classes}u; i++) { largest = max(largest, logits[start + i]); }
      var sum = 0.0;
      for (var i = 0u; i < ${classes}u; i++) { sum += exp(logits[start + i] - largest); }
      let logSum = largest + log(sum);
      logs[index] = logSum;
      let wanted = targets[index];
      losses[index] = 0.0;
      if (${inside(classes)}) { losses[index] = logSum - logits[start + u32(wanted)]; }`,
    ),
    chain: classes,
    groups: groupsOf64(rows),
  });
  const split = variantOf(backend) === 'split';
  const threads = split ? 256 : 64;
  const [mean] = runProgram(backend, {
    name: 'mean of losses',
    inputs: { losses },
    outputs: { mean: { shape: [] } },
    code: `var<workgroup> sums : array<f32, ${threads}>;
      @compute @workgroup_size(${threads}) fn main(@builtin(local_invocation_index) own : u32) {
        var sum = 0.0;
        for (var i = own; i < ${rows}u; i += ${threads}u) { sum += losses[i]; }
        sums[own] = sum;
        ${split ? halving('sums', threads) : 'workgroupBarrier();'}
        if (own > 0u) { return; }
        ${split ? 'sum = sums[0];' : `for (var i = 1u; i < ${threads}u; i++) { sum += sums[i]; }`}
        mean[0] = sum / ${rows}.0;
      }`,
    chain: Math.ceil(rows / threads) + (split ? Math.log2(threads) : threads - 1),
    groups: [1],
  });
  backend.disposeData(losses.dataId);
  return [mean, logs];
}

function gradient(backend: WebGPUBackend, { dy, logits, targets, logs }: Infos): tf.TensorInfo[] {
  const { shape } = logits;
  const [rows, classes] = shape;
  return runProgram(backend, {
    name: 'gradient of cross-entropy',
    inputs: { dy, logits, targets, logs },
    outputs: { onLogits: { shape } },
    code: eachOf(
      rows * classes,
      `let row = index / ${classes}u;
      let wanted = targets[row];
      let hit = select(0.0, 1.0, i32(index % ${classes}u) == wanted);
      let wrong = exp(logits[index] - logs[row]) - hit;
      onLogits[index] = select(0.0, dy[0] / ${rows}.0 * wrong, ${inside(classes)});`,
    ),
    groups: groupsOf64(rows * classes),
  });
}
