/** A layer of weights on WebGPU; see linear.ts. */
import type * as tf from '../../model/tf';
import type { WebGPUBackend } from '../internals';
import { linearKernel } from './linear';
import { type Infos, onWebGPU } from './on-webgpu';
import { runParts } from './parts';
import { factor, productPart } from './products';

export function registerLinear(): void {
  onWebGPU(linearKernel, forward);
  onWebGPU(`${linearKernel}Gradient`, gradient);
}

function forward(backend: WebGPUBackend, { x, weight, onto }: Infos): tf.TensorInfo[] {
  const [rows, inputs] = x.shape;
  const outputs = weight.shape[1];
  const { y } = runParts(backend, [
    productPart({
      name: 'linear',
      rows,
      columns: outputs,
      terms: [[factor('x', x, rows, inputs), factor('weight', weight, inputs, outputs)]],
      output: { name: 'y', shape: [rows, outputs] },
      ...(onto && {
        inputs: { onto },
        value: (sum: string, index: string) => `onto[${index}] + ${sum}`,
      }),
    }),
  ]);
  return [y];
}

function gradient(backend: WebGPUBackend, { dy, x, weight }: Infos): tf.TensorInfo[] {
  const [rows, inputs] = x.shape;
  const outputs = weight.shape[1];
  const { onX, onWeight } = runParts(backend, [
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
  ]);
  return [onX, onWeight];
}
