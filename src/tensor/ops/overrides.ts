/**
 * Kernels and gradients of TensorFlow.js 4.22.0 that give wrong results or none, replaced by
 * ones that hold on every backend. Each has a test that fails without it
 * (test/tensor/overrides*.test.ts).
 */

import * as tf from '../core';
import type { WebGPUBackend } from '../internals';
import { eachSum } from './each-sum';
import { elementwise, hostKernel, type Kernel } from './on-every-backend';

type Compute = Kernel['webgpu'];

/** Called once a backend's own kernels are there. Calling it again changes nothing. */
export function registerOverrides(backendName: 'webgpu' | 'wasm' | 'cpu'): void {
  overrideGradients();
  if (overridden.has(backendName)) return;
  overridden.add(backendName);
  if (backendName === 'wasm') {
    replace('OneHot', 'wasm', hostKernel(oneHot));
    replace('UnsortedSegmentSum', 'wasm', hostKernel(segmentSum));
  }
  if (backendName === 'webgpu') {
    const originalCast = kernelFunc('Cast');
    replace('Cast', 'webgpu', (backend: WebGPUBackend, inputs, attributes) =>
      toFloat(inputs.x.dtype, attributes.dtype)
        ? castToFloat(backend, inputs, attributes)
        : originalCast(backend, inputs, attributes),
    );
    replace('Cumsum', 'webgpu', cumsum);
    for (const name of ['ArgMax', 'ArgMin']) {
      const original = kernelFunc(name);
      replace(name, 'webgpu', (backend: WebGPUBackend, inputs, attributes) => {
        const found = original(backend, inputs, attributes);
        // Of a vector it gives a vector of one number, where a scalar is right.
        return inputs.x.shape.length === 1 ? { ...found, shape: [] } : found;
      });
    }
    const originalSum = kernelFunc('UnsortedSegmentSum');
    replace('UnsortedSegmentSum', 'webgpu', (backend: WebGPUBackend, inputs, attributes) =>
      inputs.x.shape.reduce((size, n) => size * n, 1) * (attributes.numSegments as number) >
      mostAdditions
        ? originalSum(backend, inputs, attributes)
        : orderedSegmentSum(backend, inputs, attributes),
    );
  }
}

const overridden = new Set<string>();

function replace(
  kernelName: string,
  backendName: string,
  compute: (
    backend: never,
    inputs: Record<string, tf.TensorInfo>,
    attributes: tf.NamedAttrMap,
  ) => tf.TensorInfo,
): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) =>
      compute(
        backend as never,
        inputs as Record<string, tf.TensorInfo>,
        (attrs ?? {}) as tf.NamedAttrMap,
      ),
  });
}

function kernelFunc(name: string): Compute {
  const original = tf.getKernel(name, 'webgpu').kernelFunc;
  return (backend, inputs, attrs) =>
    original({ inputs: inputs as never, backend, attrs }) as tf.TensorInfo;
}

const toFloat = (from: string, to: unknown) =>
  to === 'float32' && (from === 'int32' || from === 'bool');

/**
 * WebGPU's cast to float32 only relabels the integers' buffer; a kernel that takes the label at
 * its word then reads bits as numbers or does not compile. This one converts.
 */
const castToFloat: Compute = (backend, { x }) =>
  backend.runWebGPUProgram(
    elementwise({
      shape: x.shape,
      inputs: ['x'],
      key: 'to_float',
      body: 'setOutputAtIndex(index, f32(x[index]));',
    }),
    [x],
    'float32',
  );

/**
 * WebGPU's reversed cumsum keeps the length of its first use in the compiled shader. This one
 * walks each line of the axis once, in one dispatch, whichever axis it is. It adds in turn on
 * hardware, too: no model of the library has one, so it runs in cells only.
 */
const cumsum: Compute = (backend, { x }, attributes) => {
  const { axis, exclusive, reverse } = attributes as unknown as CumsumAttributes;
  const [along] = tf.util.parseAxisParam(axis, x.shape);
  const length = x.shape[along];
  const inner = tf.util.sizeFromShape(x.shape.slice(along + 1));
  const lines = tf.util.sizeFromShape(x.shape) / Math.max(1, length);
  const type = x.dtype === 'float32' ? 'f32' : 'i32';
  const store = type === 'f32' ? 'setOutputAtIndex' : 'setOutputAtIndexI32';
  const program = elementwise({
    shape: x.shape,
    inputs: ['x'],
    key: `cumsum_${exclusive}_${reverse}_${type}`,
    uniforms: 'lines : i32, length : i32, inner : i32,',
    invocations: lines,
    body: `
      let start = (index / uniforms.inner) * uniforms.length * uniforms.inner + index % uniforms.inner;
      var sum = ${type}(0);
      for (var i = 0; i < uniforms.length; i++) {
        let at = start + ${reverse ? '(uniforms.length - 1 - i)' : 'i'} * uniforms.inner;
        ${exclusive ? `${store}(at, sum); sum += ${type}(x[at]);` : `sum += ${type}(x[at]); ${store}(at, sum);`}
      }`,
    count: 'uniforms.lines',
    chain: length,
  });
  return backend.runWebGPUProgram(program, [x], x.dtype, [
    { type: 'int32', data: [lines] },
    { type: 'int32', data: [length] },
    { type: 'int32', data: [inner] },
  ]);
};

interface CumsumAttributes {
  axis: number;
  exclusive: boolean;
  reverse: boolean;
}

/** Above this, the order of addition is left to chance rather than the sum made slow. */
const mostAdditions = 1 << 24;

/**
 * The gradient of a gather. TensorFlow.js adds in the order in which the GPU's threads come by,
 * so that equal seeds gave unequal runs; this one adds in the order of the rows.
 */
const orderedSegmentSum: Compute = (backend, { x, segmentIds }, attributes) => {
  const segments = attributes.numSegments as number;
  const rows = segmentIds.shape.reduce((size, n) => size * n, 1);
  const inner = tf.util.sizeFromShape(x.shape) / Math.max(1, rows);
  return eachSum(backend, {
    shape: [segments, ...x.shape.slice(segmentIds.shape.length)],
    inputs: { x, ids: segmentIds },
    dtype: x.dtype,
    key: 'ordered_segment_sum',
    uniforms: { rows, inner },
    terms: rows,
    before: 'let segment = index / uniforms.inner;',
    to: 'uniforms.rows',
    term: `if (ids[i] != segment) { continue; }
      let value = f32(x[i * uniforms.inner + index % uniforms.inner]);`,
  });
};

/** WASM has no such kernel, so gathers had no gradient there. */
const segmentSum: Kernel['host'] = ([x, ids], { numSegments }, [shape, idShape]) => {
  const segments = numSegments as number;
  const inner = x.length / Math.max(1, ids.length);
  const values = new Float32Array(segments * inner);
  for (let row = 0; row < ids.length; row++) {
    if (ids[row] < 0 || ids[row] >= segments) continue;
    for (let i = 0; i < inner; i++) values[ids[row] * inner + i] += x[row * inner + i];
  }
  return { shape: [segments, ...shape.slice(idShape.length)], dtype: 'float32', values };
};

/** WASM's one-hot in float32 holds the bits of integers. */
const oneHot: Kernel['host'] = ([indices], attributes, [shape]) => {
  const { depth, onValue, offValue, dtype } = attributes as unknown as OneHotAttributes;
  const values = new (dtype === 'float32' ? Float32Array : Int32Array)(indices.length * depth);
  if (offValue) values.fill(offValue);
  for (let i = 0; i < indices.length; i++)
    if (indices[i] >= 0 && indices[i] < depth) values[i * depth + indices[i]] = onValue;
  return { shape: [...shape, depth], dtype: dtype === 'float32' ? dtype : 'int32', values };
};

interface OneHotAttributes {
  depth: number;
  onValue: number;
  offValue: number;
  dtype: string;
}

function overrideGradients(): void {
  if (overridden.has('gradients')) return;
  overridden.add('gradients');

  // The gradient was permuted a second time, which throws for every axis but the last.
  regradient('Cumsum', (dy, _, attributes) => {
    const { axis, exclusive, reverse } = attributes as unknown as CumsumAttributes;
    return { x: () => tf.cumsum(dy, axis, exclusive, !reverse) };
  });

  // Where a batch dimension was broadcast, the gradient kept the broadcast shape.
  const matMulGradient = tf.getGradient('BatchMatMul').gradFunc;
  regradient('BatchMatMul', (dy, saved, attributes) => {
    const [a, b] = saved;
    const full = matMulGradient(dy, saved, attributes) as Record<'a' | 'b', () => tf.Tensor>;
    return { a: () => sumTo(full.a(), a.shape), b: () => sumTo(full.b(), b.shape) };
  });
}

function regradient(
  kernelName: string,
  gradient: (
    dy: tf.Tensor,
    saved: tf.Tensor[],
    attributes: tf.NamedAttrMap,
  ) => Record<string, () => tf.Tensor>,
): void {
  const { inputsToSave } = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    inputsToSave,
    gradFunc: gradient as tf.GradConfig['gradFunc'],
  });
}

/** Sums over the dimensions along which `shape` was broadcast. */
function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  if (gradient.shape.join() === shape.join()) return gradient;
  const extra = gradient.rank - shape.length;
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < extra || (shape[axis - extra] === 1 && gradient.shape[axis] !== 1));
  return tf.reshape(tf.sum(gradient, axes), shape);
}
