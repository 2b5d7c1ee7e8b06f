/** The gated unit on WebGPU: one invocation a number; see kernel.ts. */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runProgram } from '../program';
import { gatedUnitKernel } from './kernel';

export function registerGatedUnit(): void {
  onWebGPU(gatedUnitKernel, forward);
  onWebGPU(`${gatedUnitKernel}Gradient`, gradient);
}

// WGSL may take infinity for anything: far below 0 the exponential stops short of it.
const open = '1.0 / (1.0 + exp(min(-a[index], 80.0)))';

function forward(backend: WebGPUBackend, { a, b }: Infos): tf.TensorInfo[] {
  const size = tf.util.sizeFromShape(a.shape);
  return runProgram(backend, {
    name: 'gated unit',
    inputs: { a, b },
    outputs: { y: { shape: a.shape } },
    code: eachOf(size, `y[index] = a[index] * b[index] * (${open});`),
    groups: groupsOf64(size),
  });
}

function gradient(backend: WebGPUBackend, { dy, a, b }: Infos): tf.TensorInfo[] {
  const size = tf.util.sizeFromShape(a.shape);
  return runProgram(backend, {
    name: 'gradient of the gated unit',
    inputs: { dy, a, b },
    outputs: { onA: { shape: a.shape }, onB: { shape: b.shape } },
    code: eachOf(
      size,
      `let open = ${open};
      onA[index] = dy[index] * b[index] * open * (1.0 + a[index] * (1.0 - open));
      onB[index] = dy[index] * a[index] * open;`,
    ),
    groups: groupsOf64(size),
  });
}
