/** Rotary positions on WebGPU: one invocation a number; see kernel.ts. */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64, type Infos, onWebGPU } from '../on-webgpu';
import { runProgram } from '../program';
import { ropeKernel } from './kernel';

export function registerRope(): void {
  onWebGPU(ropeKernel, turn);
}

function turn(
  backend: WebGPUBackend,
  { x, table }: Infos,
  { back }: { back: boolean },
): tf.TensorInfo[] {
  const size = tf.util.sizeFromShape(x.shape);
  return runProgram(backend, {
    name: 'rotary positions',
    inputs: { x, table },
    outputs: { y: { shape: x.shape } },
    code: eachOf(
      size,
      `y[index] = ${turnedNumber('x', 'index', `index % ${tf.util.sizeFromShape(table.shape)}u`, back)};`,
    ),
    groups: groupsOf64(size),
  });
}

/**
 * WGSL: number `index` of `array` turned, or turned back. `place` is its place in the table, even
 * where index is: (a, b) becomes (a cos − b sin, b cos + a sin).
 */
export function turnedNumber(array: string, index: string, place: string, back: boolean): string {
  const even = `(${place}) / 2u * 2u`;
  const side = `select(${back ? '-1.0, 1.0' : '1.0, -1.0'}, (${index}) % 2u == 0u)`;
  return `${array}[${index}] * table[${even}] + ${side} * ${array}[(${index}) ^ 1u] * table[${even} + 1u]`;
}
