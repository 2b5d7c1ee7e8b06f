/** Root mean square normalisation on WebGPU: one invocation a row; see kernel.ts. */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runProgram } from '../program';
import { rmsNormKernel } from './kernel';

export function registerRmsNorm(): void {
  onWebGPU(rmsNormKernel, forward);
  onWebGPU(`${rmsNormKernel}Gradient`, gradient);
}

const sizesOf = ({ shape }: tf.TensorInfo) => {
  const width = shape[shape.length - 1];
  return { width, rows: tf.util.sizeFromShape(shape) / width };
};

function forward(
  backend: WebGPUBackend,
  { x, gain }: Infos,
  { epsilon }: { epsilon: number },
): tf.TensorInfo[] {
  const { width, rows } = sizesOf(x);
  return runProgram(backend, {
    name: 'norm',
    inputs: { x, gain },
    outputs: { y: { shape: x.shape }, sizes: { shape: [rows] } },
    constants: { EPSILON: epsilon },
    code: eachOf(
      rows,
      `let start = index * ${width}u;
      var squares = 0.0;
      for (var i = 0u; i < ${width}u; i++) { squares += x[start + i] * x[start + i]; }
      let size = inverseSqrt(squares / ${width}.0 + EPSILON);
      sizes[index] = size;
      for (var i = 0u; i < ${width}u; i++) { y[start + i] = x[start + i] * size * gain[i]; }`,
    ),
    chain: width,
    groups: groupsOf64(rows),
  });
}

/** Channels of the gain that one workgroup sums, and the invocations that share out the rows. */
const channels = 4;
const shares = 64 / channels;

function gradient(backend: WebGPUBackend, { dy, x, gain, sizes, passed }: Infos): tf.TensorInfo[] {
  const { width, rows } = sizesOf(x);
  const rowGroups = Math.ceil(rows / 64);
  const across = Math.min(65535, rowGroups);
  return runProgram(backend, {
    name: 'gradient of norm',
    inputs: { dy, x, gain, sizes, ...(passed ? { passed } : {}) },
    outputs: { onX: { shape: x.shape }, onGain: { shape: gain.shape } },
    // The first workgroups take rows each, the others channels of the gain.
    code: `var<workgroup> sums : array<f32, 64>;
      fn row(index : u32) {
        let start = index * ${width}u;
        let size = sizes[index];
        var along = 0.0;
        for (var i = 0u; i < ${width}u; i++) { along += dy[start + i] * gain[i] * x[start + i]; }
        let pull = along * size * size / ${width}.0;
        for (var i = 0u; i < ${width}u; i++) {
          let at = start + i;
          onX[at] = size * (dy[at] * gain[i] - pull * x[at])${passed ? ' + passed[at]' : ''};
        }
      }
      @compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) at : vec3u, @builtin(local_invocation_index) me : u32) {
        let group = at.x + at.y * ${across}u;
        var sum = 0.0;
        let channel = (group - ${rowGroups}u) * ${channels}u + me % ${channels}u;
        if (group < ${rowGroups}u) {
          if (group * 64u + me < ${rows}u) { row(group * 64u + me); }
        } else if (channel < ${width}u) {
          for (var r = me / ${channels}u; r < ${rows}u; r += ${shares}u) {
            sum += dy[r * ${width}u + channel] * x[r * ${width}u + channel] * sizes[r];
          }
        }
        sums[me] = sum;
        workgroupBarrier();
        if (group < ${rowGroups}u || me >= ${channels}u || channel >= ${width}u) { return; }
        for (var i = 1u; i < ${shares}u; i++) { sum += sums[me + i * ${channels}u]; }
        onGain[channel] = sum;
      }`,
    chain: Math.max(width, rows / shares + shares - 1),
    groups: [across, Math.ceil((rowGroups + Math.ceil(width / channels)) / across)],
  });
}
