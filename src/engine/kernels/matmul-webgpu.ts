/**
 * Products of matrices on WebGPU, in place of TensorFlow.js's: see products.ts for why. Small ones
 * are left to it: its programs serve every size, ours are compiled for one, which a decoder that
 * multiplies by one more position each time would wait for.
 */
import * as tf from '../../model/tf';
import type { WebGPUBackend } from '../internals';
import { accumulated, canBeWide, eachSum, placed, sumsAtZero, tilesOf } from './products';
import { granted, runProgram } from './program';

/** Multiplications below which a product is small. */
export const smallest = 1 << 15;

interface Attributes {
  transposeA: boolean;
  transposeB: boolean;
}

export function registerMatMul(): void {
  const original = tf.getKernel('BatchMatMul', 'webgpu');
  tf.unregisterKernel('BatchMatMul', 'webgpu');
  tf.registerKernel({
    ...original,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
      const attributes = call.attrs as unknown as Attributes;
      const sizes = granted.kernels ? sizesOf(a, b, attributes) : undefined;
      if (!sizes) return original.kernelFunc(call);
      return product(call.backend as unknown as WebGPUBackend, a, b, attributes, sizes);
    },
  });
}

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
  { transposeA, transposeB }: Attributes,
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
  if (batch * rows * inner * columns < smallest || batch > 65535) return;
  const outer = batchA >= batchB && outerA.length >= outerB.length ? outerA : outerB;
  return { rows, inner, columns, batch, batchA, batchB, shape: [...outer, rows, columns] };
}

function product(
  backend: WebGPUBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: Attributes,
  { rows, inner, columns, batch, batchA, batchB, shape }: Sizes,
): tf.TensorInfo {
  const factor = (
    name: string,
    count: number,
    rows: number,
    columns: number,
    transposed: boolean,
  ) => {
    const size = { rows, columns, transposed };
    const offset = count > 1 ? `id.z * ${rows * columns}u` : '0u';
    return { name, offset, ...size, wide: canBeWide(size) };
  };
  const factorA = factor('a', batchA, rows, inner, transposeA);
  const factorB = factor('b', batchB, inner, columns, transposeB);
  const tiles = tilesOf(rows, columns);
  const [y] = runProgram(backend, {
    name: `product ${rows} × ${inner} × ${columns}`,
    inputs: { a, b },
    vectors: [factorA, factorB].filter(({ wide }) => wide).map(({ name }) => name),
    outputs: { y: { shape } },
    code: `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id : vec3u) {
      if (id.x >= ${tiles}u) { return; }
      ${placed(columns, 'id.x')}
      ${sumsAtZero()}
      ${accumulated(factorA, factorB)}
      let start = id.z * ${rows * columns}u;
      ${eachSum(rows, columns, (row, column, value) => `y[start + ${row} * ${columns}u + ${column}] = ${value};`)}
    }`,
    groups: [Math.ceil(tiles / 64), 1, batch],
  });
  return y;
}
