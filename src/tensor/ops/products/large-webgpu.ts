/**
 * Products of matrices on WebGPU, in place of TensorFlow.js's: see wgsl.ts for why. Small ones
 * are left to it: its programs serve every size, ours are compiled for one, which a decoder that
 * multiplies by one more position each time would wait for.
 */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { insteadOf } from '../on-webgpu';
import { runParts } from '../parts';
import { factor, productPart } from './wgsl';

/** Multiplications below which a product is small. */
export const smallest = 1 << 15;

/** Of a · b: whether a factor's last two dimensions trade places first. */
export interface Transposed {
  transposeA: boolean;
  transposeB: boolean;
}

export const registerLargeProducts = (): void =>
  insteadOf<Transposed>('BatchMatMul', (backend, { a, b }, transposed) => {
    const sizes = sizesOf(a, b, transposed);
    return sizes && product(backend, a, b, transposed, sizes);
  });

interface Sizes {
  rows: number;
  inner: number;
  columns: number;
  /** Products, and how many of each factor there are: as many, or one. */
  batch: number;
  batchA: number;
  batchB: number;
  shape: number[];
}

/** Undefined where TensorFlow.js's own product is to compute. */
function sizesOf(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: Transposed,
): Sizes | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return;
  const [rows, inner] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [across, columns] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [batchA, batchB] = [tf.util.sizeFromShape(outerA), tf.util.sizeFromShape(outerB)];
  // Unequal inner sizes: TensorFlow.js says so.
  if (inner !== across || (batchA !== batchB && batchA !== 1 && batchB !== 1)) return;
  if (batchA === batchB && batchA > 1 && outerA.join() !== outerB.join()) return;
  const batch = Math.max(batchA, batchB);
  if (batch * rows * inner * columns < smallest) return;
  const outer = batchA >= batchB && outerA.length >= outerB.length ? outerA : outerB;
  return { rows, inner, columns, batch, batchA, batchB, shape: [...outer, rows, columns] };
}

function product(
  backend: WebGPUBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: Transposed,
  { rows, inner, columns, batch, batchA, batchB, shape }: Sizes,
): tf.TensorInfo {
  const several = (count: number, size: number) =>
    count > 1 ? { offset: `batch * ${size}u` } : {};
  const { y } = runParts(backend, [
    productPart({
      name: 'product',
      rows,
      columns,
      batch,
      terms: [
        [
          factor('a', a, rows, inner, { transposed: transposeA, ...several(batchA, rows * inner) }),
          factor('b', b, inner, columns, {
            transposed: transposeB,
            ...several(batchB, inner * columns),
          }),
        ],
      ],
      output: { name: 'y', shape },
    }),
  ]);
  return y;
}
