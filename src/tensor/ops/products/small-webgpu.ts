/**
 * Products of small matrices on WebGPU: one invocation per number of the result, one program for
 * all sizes. TensorFlow.js's programs for them share memory in a workgroup, which costs a software
 * adapter fifty times as much as the products themselves. Large ones are large-webgpu.ts's.
 */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachSum } from '../each-sum';
import { insteadOf } from '../on-webgpu';
import { smallest, type Transposed } from './large-webgpu';

export const registerSmallProducts = (): void =>
  insteadOf<Transposed>('BatchMatMul', (backend, { a, b }, transposed) =>
    product(backend, a, b, transposed),
  );

/** a [batch, rows, inner] · b [batch, inner, columns], either one transposed. */
function product(
  backend: WebGPUBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: Transposed,
): tf.TensorInfo | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return;
  const [rows, inner] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [across, columns] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  const outer = a.shape.slice(0, -2);
  // Unequal sizes, or one matrix for many: TensorFlow.js says or does what is right.
  if (inner !== across || outer.join() !== b.shape.slice(0, -2).join()) return;
  const size = tf.util.sizeFromShape([...outer, rows, columns]);
  if (size === 0 || inner === 0 || size * inner >= smallest) return;
  const [aRow, aInner] = transposeA ? [1, rows] : [inner, 1];
  const [bInner, bColumn] = transposeB ? [1, inner] : [columns, 1];
  return eachSum(backend, {
    shape: [...outer, rows, columns],
    inputs: { a, b },
    key: 'small_product',
    uniforms: { rows, inner, columns, aRow, aInner, bInner, bColumn },
    terms: inner,
    before: `
      let column = index % uniforms.columns;
      let row = index / uniforms.columns % uniforms.rows;
      let matrix = index / (uniforms.columns * uniforms.rows);
      var atA = matrix * uniforms.rows * uniforms.inner + row * uniforms.aRow;
      var atB = matrix * uniforms.inner * uniforms.columns + column * uniforms.bColumn;`,
    to: 'uniforms.inner',
    moving: { atA: 'uniforms.aInner', atB: 'uniforms.bInner' },
    term: 'let value = a[atA] * b[atB];',
  });
}
