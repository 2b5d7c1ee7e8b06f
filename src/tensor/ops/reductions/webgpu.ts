/**
 * Sums, means, largest and smallest numbers, softmax and its gradient on WebGPU, in place of TensorFlow.js's,
 * which share memory in a workgroup and wait for each other at every halving: on a software adapter
 * thirty times slower than adding in turn. On hardware invocations share a row (../sums.ts). A long
 * row is cut into pieces of the square root of its length, added in two commands.
 */

import * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { runKernel } from '../differentiable';
import { eachSum } from '../each-sum';
import { elementwise } from '../on-every-backend';
import { insteadOf, onWebGPU } from '../on-webgpu';
import { hasKernel } from '../program';
import { chainOf, sharesOf, together } from '../sums';
import { variantOf } from '../variant';

/** Longest row that one invocation goes through. */
export const mostInTurn = 256;

/** Longest row that one workgroup goes through, unless there are many rows. */
const mostOfGroup = 2048;

type Name = 'Sum' | 'Mean' | 'Max' | 'Min';

const rules: Record<Name, { start: string; next: string }> = {
  Sum: { start: '0.0', next: 'found + value' },
  Mean: { start: '0.0', next: 'found + value' },
  Max: { start: '-3.4028234663852886e38', next: 'max(found, value)' },
  Min: { start: '3.4028234663852886e38', next: 'min(found, value)' },
};

export function registerReductions(): void {
  for (const name of Object.keys(rules) as Name[])
    instead<Axes>(name, (backend, x, { axis, reductionIndices, keepDims }) =>
      reduction(backend, name, x, axis ?? reductionIndices, keepDims),
    );
  instead<{ dim: number }>('Softmax', (backend, x, { dim }) =>
    dim === x.shape.length - 1 ? softmax(backend, x) : undefined,
  );
  onWebGPU(softmaxGradientKernel, (backend, { dy, y }) => [softmaxGradient(backend, dy, y)]);
  const { gradFunc, ...config } = tf.getGradient('Softmax');
  tf.unregisterGradient('Softmax');
  tf.registerGradient({
    ...config,
    gradFunc(dy, saved, attributes) {
      const [y] = saved as tf.Tensor[];
      const inRows = attributes.dim === y.rank - 1 && y.shape.at(-1)! <= mostInTurn && y.size > 0;
      if (!inRows || !hasKernel(softmaxGradientKernel)) return gradFunc(dy, saved, attributes);
      return { logits: () => runKernel(softmaxGradientKernel, { dy: dy as tf.Tensor, y })[0] };
    },
  });
}

const softmaxGradientKernel = 'SwitchyardSoftmaxGradient';

interface Axes {
  axis?: number | number[];
  /** What TensorFlow.js calls the axes of a maximum. */
  reductionIndices?: number | number[];
  keepDims: boolean;
}

/** `insteadOf` for kernels of one tensor, where that holds floats. */
const instead = <Attributes>(
  kernelName: string,
  run: (
    backend: WebGPUBackend,
    x: tf.TensorInfo,
    attributes: Attributes,
  ) => tf.TensorInfo | undefined,
): void =>
  insteadOf<Attributes>(kernelName, (backend, inputs, attributes) => {
    const x = inputs.x ?? inputs.logits;
    const floats = x.dtype === 'float32' && tf.util.sizeFromShape(x.shape) > 0;
    return floats ? run(backend, x, attributes) : undefined;
  });

function reduction(
  backend: WebGPUBackend,
  name: Name,
  x: tf.TensorInfo,
  axis: number | number[] | undefined,
  keepDims: boolean,
): tf.TensorInfo | undefined {
  const axes = tf.util.parseAxisParam(axis as number[], x.shape).sort((a, b) => a - b);
  // Axes that do not lie together would have to be moved first.
  if (!axes.length || axes.some((each, i) => each !== axes[0] + i)) return;
  const size = (part: number[]) => tf.util.sizeFromShape(part);
  const end = axes[0] + axes.length;
  const [outer, length, inner] = [
    size(x.shape.slice(0, axes[0])),
    size(x.shape.slice(axes[0], end)),
    size(x.shape.slice(end)),
  ];
  const shape = [
    ...x.shape.slice(0, axes[0]),
    ...axes.filter(() => keepDims).map(() => 1),
    ...x.shape.slice(end),
  ];
  const scale = name === 'Mean' ? 1 / length : 1;
  const few = outer * inner < 64;
  const inOne =
    variantOf(backend) === 'split' ? !few || length <= mostOfGroup : length <= mostInTurn;
  if (inOne)
    return pass(backend, name, x, shape, { length, inner, piece: length, pieces: 1, scale });
  const piece = Math.ceil(Math.sqrt(length));
  const pieces = Math.ceil(length / piece);
  const parts = pass(backend, name, x, [outer, pieces, inner], {
    length,
    inner,
    piece,
    pieces,
    scale: 1,
  });
  const result = pass(backend, name, parts, shape, {
    length: pieces,
    inner,
    piece: pieces,
    pieces: 1,
    scale,
  });
  (backend as unknown as { disposeData(id: object): void }).disposeData(parts.dataId);
  return result;
}

interface Walk {
  /** Numbers of one row, and what lies between two of them. */
  length: number;
  inner: number;
  /** Numbers that one invocation goes through, and invocations of one row. */
  piece: number;
  pieces: number;
  /** Factor of the result. */
  scale: number;
}

/** x [outer, length, inner] → [outer, pieces, inner], whatever the shape is called. */
function pass(
  backend: WebGPUBackend,
  name: Name,
  x: tf.TensorInfo,
  shape: number[],
  { length, inner, piece, pieces, scale }: Walk,
): tf.TensorInfo {
  const { start, next } = rules[name];
  return eachSum(backend, {
    shape,
    inputs: { x },
    key: `reduce_${start}_${next}_${scale === 1 ? '' : 'mean'}`,
    uniforms: { inner, piece, pieces, length, count: Math.round(1 / scale) },
    terms: piece,
    before: `
      let row = index / (uniforms.inner * uniforms.pieces);
      let first = (index / uniforms.inner % uniforms.pieces) * uniforms.piece;
      let last = min(first + uniforms.piece, uniforms.length);
      var at = (row * uniforms.length + first) * uniforms.inner + index % uniforms.inner;`,
    from: 'first',
    to: 'last',
    moving: { at: 'uniforms.inner' },
    term: 'let value = x[at];',
    start,
    next,
    result: scale === 1 ? 'found' : 'found / f32(uniforms.count)',
  });
}

/** Rows of at most `mostInTurn` numbers: one invocation a row. */
function softmax(backend: WebGPUBackend, x: tf.TensorInfo): tf.TensorInfo | undefined {
  const length = x.shape.at(-1) ?? 1;
  if (length > mostInTurn) return;
  const rows = tf.util.sizeFromShape(x.shape) / length;
  const { shares, walk, sum } = sharedRows(backend, rows, length);
  const program = elementwise({
    shape: x.shape,
    inputs: ['x'],
    key: 'softmax_rows',
    shares,
    chain: chainOf(length, shares),
    uniforms: 'rows : i32, length : i32,',
    invocations: rows,
    count: 'uniforms.rows',
    body: `
      let start = index * uniforms.length;
      var largest = x[start];
      ${walk} { largest = max(largest, x[start + i]); }
      ${sum('largest', (a, b) => `max(${a}, ${b})`)}
      var sum = 0.0;
      ${walk} { sum += exp(x[start + i] - largest); }
      ${sum('sum')}
      ${walk} { setOutputAtIndex(start + i, exp(x[start + i] - largest) / sum); }`,
  });
  return backend.runWebGPUProgram(program, [x], 'float32', [
    { type: 'int32', data: [rows] },
    { type: 'int32', data: [length] },
  ]);
}

/** How invocations go through rows of numbers: WGSL of their loop, and of what they add up. */
function sharedRows(backend: WebGPUBackend, rows: number, length: number) {
  const shares = sharesOf(variantOf(backend), rows, length);
  return {
    shares,
    walk: `for (var i = ${shares > 1 ? 'i32(share)' : '0'}; i < uniforms.length; i += ${shares})`,
    sum: (name: string, joined?: (a: string, b: string) => string) =>
      together([name], 'f32', shares, { everywhere: true, ...(joined && { joined }) }),
  };
}

/** y (dy − Σ dy y) along each row: one command in place of four. */
function softmaxGradient(backend: WebGPUBackend, dy: tf.TensorInfo, y: tf.TensorInfo) {
  const length = y.shape.at(-1) ?? 1;
  const rows = tf.util.sizeFromShape(y.shape) / length;
  const { shares, walk, sum } = sharedRows(backend, rows, length);
  const program = elementwise({
    shape: y.shape,
    inputs: ['dy', 'y'],
    key: 'softmax_gradient_rows',
    shares,
    chain: chainOf(length, shares),
    uniforms: 'rows : i32, length : i32,',
    invocations: rows,
    count: 'uniforms.rows',
    body: `
      let start = index * uniforms.length;
      var sum = 0.0;
      ${walk} { sum += dy[start + i] * y[start + i]; }
      ${sum('sum')}
      ${walk} { setOutputAtIndex(start + i, y[start + i] * (dy[start + i] - sum)); }`,
  });
  return backend.runWebGPUProgram(program, [dy, y], 'float32', [
    { type: 'int32', data: [rows] },
    { type: 'int32', data: [length] },
  ]);
}
