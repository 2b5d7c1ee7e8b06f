/** A layer of weights on WebGPU; see kernel.ts. */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { type Infos, onWebGPU } from '../on-webgpu';
import { type Part, runParts } from '../parts';
import { factor, productPart } from '../products/wgsl';
import { summed } from '../sums';
import { linearKernel } from './kernel';

export function registerLinear(): void {
  onWebGPU(linearKernel, forward);
  onWebGPU(`${linearKernel}Gradient`, gradient);
}

function forward(backend: WebGPUBackend, { x, weight, onto, bias }: Infos): tf.TensorInfo[] {
  const [rows, inputs] = x.shape;
  const outputs = weight.shape[1];
  const { y } = runParts(backend, [
    productPart({
      name: 'linear',
      rows,
      columns: outputs,
      terms: [[factor('x', x, rows, inputs), factor('weight', weight, inputs, outputs)]],
      output: { name: 'y', shape: [rows, outputs] },
      inputs: { ...(onto && { onto }), ...(bias && { bias }) },
      value: (sum, index) =>
        `${onto ? `onto[${index}] + ` : ''}${sum}${bias ? ` + bias[${index} % ${outputs}u]` : ''}`,
    }),
  ]);
  return [y];
}

function gradient(
  backend: WebGPUBackend,
  { dy, x, weight }: Infos,
  { biased }: { biased: boolean },
): tf.TensorInfo[] {
  const [rows, inputs] = x.shape;
  const outputs = weight.shape[1];
  const { onX, onWeight, onBias } = runParts(backend, [
    productPart({
      name: 'linearOnX',
      rows,
      columns: inputs,
      terms: [
        [
          factor('dy', dy, rows, outputs),
          factor('weight', weight, outputs, inputs, { transposed: true }),
        ],
      ],
      output: { name: 'onX', shape: x.shape },
    }),
    productPart({
      name: 'linearOnWeight',
      rows: inputs,
      columns: outputs,
      terms: [
        [factor('x', x, inputs, rows, { transposed: true }), factor('dy', dy, rows, outputs)],
      ],
      output: { name: 'onWeight', shape: weight.shape },
    }),
    ...(biased ? [biasPart(dy)] : []),
  ]);
  return biased ? [onX, onWeight, onBias] : [onX, onWeight];
}

/** Sums of the columns; `dy` is bound as the products bind it. */
function biasPart(dy: tf.TensorInfo): Part {
  const [rows, columns] = dy.shape;
  const { wide } = factor('dy', dy, rows, columns);
  const part = {
    name: 'linearOnBias',
    inputs: { dy },
    outputs: { onBias: { shape: [columns] } },
    vectors: wide ? ['dy'] : [],
    invocations: columns,
    chain: rows,
  };
  return summed(part, {
    before: '',
    sums: ['sum'],
    type: 'f32',
    terms: (walk) => `${walk('0u', `${rows}u`)} {
      let at = k * ${columns}u + index;
      sum += ${wide ? 'dy[at / 4u][at % 4u]' : 'dy[at]'};
    }`,
    after: 'onBias[index] = sum;',
  });
}
