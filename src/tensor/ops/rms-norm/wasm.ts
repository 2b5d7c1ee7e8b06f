/** RMSNorm on WASM. */
import type * as tf from '../../core';
import { type Infos, registerKernels, sizeOf, type Wasm } from '../on-wasm';
import { rmsNormKernel } from './kernel';

export function registerRmsNorm(wasm: Wasm): void {
  registerKernels(wasm, {
    [rmsNormKernel]: forward,
    [`${rmsNormKernel}Gradient`]: gradient,
  });
}

function forward(
  wasm: Wasm,
  { x, gain }: Infos,
  { epsilon }: Record<string, unknown>,
): tf.TensorInfo[] {
  const width = sizeOf(gain);
  const rows = sizeOf(x) / width;
  const y = wasm.output(x.shape);
  const sizes = wasm.output([rows]);
  const [from, to] = [wasm.at(x), wasm.at(y)];
  wasm.run.rmsNorm(rows, width, from, wasm.at(gain), epsilon as number, to, wasm.at(sizes));
  return [y, sizes];
}

function gradient(wasm: Wasm, inputs: Infos): tf.TensorInfo[] {
  const { dy, x, gain, sizes, passed } = inputs;
  const width = sizeOf(gain);
  const dx = wasm.output(x.shape);
  const dGain = wasm.output(gain.shape);
  wasm.withRoom([width], (weighed) => {
    wasm.run.rmsNormGradient(
      sizeOf(sizes),
      width,
      wasm.at(dy),
      wasm.at(x),
      wasm.at(gain),
      wasm.at(sizes),
      passed ? wasm.at(passed) : 0,
      wasm.at(dx),
      wasm.at(dGain),
      weighed,
    );
  });
  return [dx, dGain];
}
