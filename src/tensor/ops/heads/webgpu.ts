/** Projections onto heads on WebGPU; see kernel.ts. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { type Infos, onWebGPU } from '../on-webgpu';
import { type Part, runParts } from '../parts';
import { factor, productPart } from '../products/wgsl';
import { mostBindings } from '../program';
import { turnedNumber } from '../rope/webgpu';
import { variantOf } from '../variant';
import { type HeadsAttributes, headsKernel } from './kernel';

export function registerHeads(): void {
  onWebGPU(headsKernel, forward);
  onWebGPU(`${headsKernel}Gradient`, gradient);
}

/** One projection: channels of all its heads together, and of one. */
interface Projection {
  i: number;
  weight: tf.TensorInfo;
  heads: number;
  turned: boolean;
  channels: number;
  width: number;
}

const projectionsOf = (inputs: Infos, { heads, turned }: HeadsAttributes): Projection[] =>
  heads.map((count, i) => {
    const weight = inputs[`w${i}`];
    const channels = weight.shape[1];
    return { i, weight, heads: count, turned: turned[i], channels, width: channels / count };
  });

/** WGSL: where number (row, column) of [tokens, channels] lies in [sequences · heads, length, width]. */
const apart =
  ({ heads, width }: Projection, length: number) =>
  (row: string, column: string) =>
    heads === 1
      ? `${row} * ${width}u + ${column}`
      : `(${row} / ${length}u * ${heads}u + ${column} / ${width}u) * ${length * width}u + ${row} % ${length}u * ${width}u + ${column} % ${width}u`;

function forward(
  backend: WebGPUBackend,
  inputs: Infos,
  attributes: HeadsAttributes,
): tf.TensorInfo[] {
  const { x, table } = inputs;
  const { length } = attributes;
  const [rows, dim] = x.shape;
  const parts = projectionsOf(inputs, attributes).map((projection) => {
    const { i, weight, heads, turned, channels, width } = projection;
    return productPart({
      name: `heads${i}`,
      rows,
      columns: channels,
      terms: [[factor('x', x, rows, dim), factor(`w${i}`, weight, dim, channels)]],
      output: { name: `y${i}`, shape: [(rows / length) * heads, length, width] },
      to: apart(projection, length),
      ...(turned && {
        inputs: { table },
        // Four columns are two planes, perhaps of two heads.
        finish: (sum: string, row: string, column: string) => `{
          let line = ${row} % ${length}u * ${width}u;
          let c = line + ${column} % ${width}u;
          let d = line + (${column} + 2u) % ${width}u;
          ${sum} = vec4f(
            ${sum}.x * table[c] - ${sum}.y * table[c + 1u], ${sum}.y * table[c] + ${sum}.x * table[c + 1u],
            ${sum}.z * table[d] - ${sum}.w * table[d + 1u], ${sum}.w * table[d] + ${sum}.z * table[d + 1u]);
        }`,
      }),
    });
  });
  const results = runParts(backend, parts);
  return parts.map((_, i) => results[`y${i}`]);
}

function gradient(
  backend: WebGPUBackend,
  inputs: Infos,
  attributes: HeadsAttributes,
): tf.TensorInfo[] {
  const { x } = inputs;
  const [rows, dim] = x.shape;
  const projections = projectionsOf(inputs, attributes);
  const joined = rejoined(backend, inputs, projections, attributes.length);
  const flat = ({ i }: Projection) => joined[`flat${i}`] ?? inputs[`dy${i}`];
  const results: Infos = {};
  const parts = projections.map((projection) => {
    const { i, channels, weight } = projection;
    return productPart({
      name: `headsOnWeight${i}`,
      rows: dim,
      columns: channels,
      terms: [
        [
          factor('x', x, dim, rows, { transposed: true }),
          factor(`flat${i}`, flat(projection), rows, channels),
        ],
      ],
      output: { name: `onW${i}`, shape: weight.shape },
    });
  });
  // That of x is a sum over all projections: one product with as many terms as may be bound.
  const terms = Math.floor((mostBindings(backend) - 2) / 2);
  let sum: tf.TensorInfo | undefined;
  for (let first = 0; first < projections.length; first += terms) {
    const some = projections.slice(first, first + terms);
    const before = sum;
    const part = onX(inputs, some, flat, before);
    const last = first + terms >= projections.length;
    Object.assign(results, runParts(backend, last ? [part, ...parts] : [part]));
    if (before) backend.disposeData(before.dataId);
    sum = results.onX;
  }
  for (const { dataId } of Object.values(joined)) backend.disposeData(dataId);
  return [results.onX, ...projections.map(({ i }) => results[`onW${i}`])];
}

/** The gradient of x through some of the projections, and what came `before`. */
function onX(
  { x }: Infos,
  projections: Projection[],
  flat: (projection: Projection) => tf.TensorInfo,
  before: tf.TensorInfo | undefined,
): Part {
  const [rows, dim] = x.shape;
  return productPart({
    name: 'headsOnX',
    rows,
    columns: dim,
    terms: projections.map((projection) => {
      const { i, weight, channels } = projection;
      return [
        factor(`flat${i}`, flat(projection), rows, channels),
        factor(`w${i}`, weight, channels, dim, { transposed: true }),
      ];
    }),
    output: { name: 'onX', shape: x.shape },
    ...(before && {
      inputs: { before },
      value: (sum: string, index: string) => `before[${index}] + ${sum}`,
    }),
  });
}

/** The gradients as [tokens, channels], turned back, of those that lie otherwise. */
function rejoined(
  backend: WebGPUBackend,
  inputs: Infos,
  projections: Projection[],
  length: number,
): Record<string, tf.TensorInfo> {
  const [rows] = inputs.x.shape;
  const parts = projections
    .filter(({ heads, turned }) => heads > 1 || turned)
    .map((projection): Part => {
      const { i, channels, width, turned } = projection;
      const place = `row % ${length}u * ${width}u + column % ${width}u`;
      const size = rows * channels;
      // In turn many numbers each: invocations of one part are idle in the others of its command.
      const invocations = variantOf(backend) === 'split' ? size : Math.min(size, 2048);
      return {
        name: `rejoin${i}`,
        inputs: { [`dy${i}`]: inputs[`dy${i}`], ...(turned && { table: inputs.table }) },
        outputs: { [`flat${i}`]: { shape: [rows, channels] } },
        invocations,
        chain: size / invocations,
        code: `fn rejoin${i}(first : u32) {
          if (first >= ${invocations}u) { return; }
          for (var index = first; index < ${size}u; index += ${invocations}u) {
            let row = index / ${channels}u;
            let column = index % ${channels}u;
            let at = ${apart(projection, length)('row', 'column')};
            flat${i}[index] = ${turned ? turnedNumber(`dy${i}`, 'at', place, true) : `dy${i}[at]`};
          }
        }`,
      };
    });
  return parts.length ? runParts(backend, parts) : {};
}
