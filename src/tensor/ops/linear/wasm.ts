/** A layer of weights on WASM. */
import type * as tf from '../../core';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';
import { linearKernel } from './kernel';

export function registerLinear(wasm: Wasm): void {
  registerKernels(wasm, {
    [linearKernel]: forward,
    [`${linearKernel}Gradient`]: gradient,
  });
}

function forward(wasm: Wasm, { x, weight, onto, bias }: Infos): tf.TensorInfo {
  const [rows, inputs] = x.shape;
  const outputs = weight.shape[1];
  const y = wasm.output([rows, outputs]);
  const at = wasm.at(y);
  if (onto) wasm.floats(at, rows * outputs).set(wasm.floats(wasm.at(onto), rows * outputs));
  const target = { at, apart: outputs, adds: Boolean(onto) };
  wasm.multiply(rows, outputs, inputs, matrix(wasm, x), matrix(wasm, weight), target);
  if (bias) wasm.run.addToRows(wasm.at(bias), rows, outputs, at);
  return y;
}

function gradient(
  wasm: Wasm,
  { dy, x, weight }: Infos,
  { biased }: { biased?: boolean },
): tf.TensorInfo[] {
  const [rows, inputs] = x.shape;
  const outputs = weight.shape[1];
  const [dx, dWeight] = [wasm.output(x.shape), wasm.output(weight.shape)];
  const d = matrix(wasm, dy);
  const weightTurned = { ...matrix(wasm, weight), turned: true };
  wasm.multiply(rows, inputs, outputs, d, weightTurned, matrix(wasm, dx));
  const xTurned = { ...matrix(wasm, x), turned: true };
  wasm.multiply(inputs, outputs, rows, xTurned, d, matrix(wasm, dWeight));
  if (!biased) return [dx, dWeight];
  const dBias = wasm.output([outputs]);
  wasm.run.sumRows(wasm.at(dy), rows, outputs, wasm.at(dBias));
  return [dx, dWeight, dBias];
}

const matrix = (wasm: Wasm, info: tf.TensorInfo) => ({ at: wasm.at(info), apart: info.shape[1] });
