/** Root mean square normalisation on WebGPU, row by row; see kernel.ts. */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { type Infos, onWebGPU } from '../on-webgpu';
import { runParts } from '../parts';
import { runProgram } from '../program';
import { inTurn, type Sum, summed } from '../sums';
import { variantOf } from '../variant';
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
  const part = {
    name: 'norm',
    inputs: { x, gain },
    outputs: { y: { shape: x.shape }, sizes: { shape: [rows] } },
    invocations: rows,
    chain: width,
  };
  const { y, sizes } = runParts(backend, [
    summed(part, {
      before: `let start = index * ${width}u;`,
      sums: ['squares'],
      type: 'f32',
      terms: (walk) => `${walk('0u', `${width}u`)} { squares += x[start + k] * x[start + k]; }`,
      everywhere: (walk) => `let size = inverseSqrt(squares / ${width}.0 + f32(${epsilon}));
        ${walk('0u', `${width}u`)} { y[start + k] = x[start + k] * size * gain[k]; }`,
      after: 'sizes[index] = size;',
    }),
  ]);
  return [y, sizes];
}

/** Channels of the gain that one workgroup sums, and the invocations that share out the rows. */
const channels = 4;
const shares = 64 / channels;

function gradient(backend: WebGPUBackend, { dy, x, gain, sizes, passed }: Infos): tf.TensorInfo[] {
  const { width, rows } = sizesOf(x);
  const inputs = { dy, x, gain, sizes, ...(passed ? { passed } : {}) };
  const row = {
    name: 'row',
    inputs,
    outputs: { onX: { shape: x.shape } },
    invocations: rows,
    chain: width,
  };
  const byRow: Sum = {
    before: `let start = index * ${width}u;
      let size = sizes[index];`,
    sums: ['along'],
    type: 'f32',
    terms: (walk) =>
      `${walk('0u', `${width}u`)} { along += dy[start + k] * gain[k] * x[start + k]; }`,
    everywhere: (walk) => `let pull = along * size * size / ${width}.0;
      ${walk('0u', `${width}u`)} {
        let at = start + k;
        onX[at] = size * (dy[at] * gain[k] - pull * x[at])${passed ? ' + passed[at]' : ''};
      }`,
    after: '',
  };
  if (variantOf(backend) === 'split') {
    const channel = {
      name: 'channel',
      inputs: { dy, x, sizes },
      outputs: { onGain: { shape: gain.shape } },
      invocations: width,
      chain: rows,
    };
    const byChannel: Sum = {
      before: '',
      sums: ['sum'],
      type: 'f32',
      terms: (walk) => `${walk('0u', `${rows}u`)} {
        sum += dy[k * ${width}u + index] * x[k * ${width}u + index] * sizes[k];
      }`,
      after: 'onGain[index] = sum;',
    };
    const parts = [summed(row, byRow), summed(channel, byChannel)];
    const { onX, onGain } = runParts(backend, parts);
    return [onX, onGain];
  }
  const rowGroups = Math.ceil(rows / 64);
  const across = Math.min(65535, rowGroups);
  return runProgram(backend, {
    name: 'gradient of norm',
    inputs,
    outputs: { onX: { shape: x.shape }, onGain: { shape: gain.shape } },
    // The first workgroups take rows each, the others channels of the gain.
    code: `var<workgroup> sums : array<f32, 64>;
      ${inTurn(row, byRow)}
      @compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) at : vec3u, @builtin(local_invocation_index) me : u32) {
        let group = at.x + at.y * ${across}u;
        var sum = 0.0;
        let channel = (group - ${rowGroups}u) * ${channels}u + me % ${channels}u;
        if (group < ${rowGroups}u) {
          row(group * 64u + me);
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
