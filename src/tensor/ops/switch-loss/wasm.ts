/** The Switch loss on WASM: over views of its memory. */
import type * as tf from '../../core';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';
import { switchLossKernel } from './kernel';

export function registerSwitchLoss(wasm: Wasm): void {
  registerKernels(wasm, {
    [switchLossKernel]: forward,
    [`${switchLossKernel}Gradient`]: gradient,
  });
}

type Attributes = Record<string, unknown>;

function forward(wasm: Wasm, inputs: Infos, { topK }: Attributes): tf.TensorInfo[] {
  const [tokens, experts] = inputs.scores.shape;
  const [assigned, scored] = [inputs.mask, inputs.scores].map((info) =>
    wasm.withRoom([experts], (sums) => {
      wasm.run.sumRows(wasm.at(info), tokens, experts, sums);
      return wasm.floats(sums, experts).slice();
    }),
  );
  const [total, balance, shares] = [[], [], [experts]].map((shape) => wasm.output(shape));
  const share = wasm.numbers(shares);
  let loss = 0;
  for (let e = 0; e < experts; e++) {
    share[e] = assigned[e] / (tokens * (topK as number));
    loss += share[e] * (scored[e] / tokens) * experts;
  }
  const { task, strength } = inputs;
  wasm.numbers(balance)[0] = loss;
  wasm.numbers(total)[0] = task ? wasm.numbers(task)[0] + wasm.numbers(strength)[0] * loss : loss;
  return [total, balance, shares];
}

function gradient(wasm: Wasm, inputs: Infos, { shape }: Attributes): tf.TensorInfo[] {
  const { dy, strength, shares } = inputs;
  const [tokens, experts] = shape as number[];
  const result = wasm.output([tokens, experts]);
  const weight = strength ? wasm.numbers(strength)[0] : 1;
  const factor = (experts / tokens) * wasm.numbers(dy)[0] * weight;
  const onScores = wasm.numbers(result);
  const row = wasm.numbers(shares).map((share) => share * factor);
  for (let at = 0; at < onScores.length; at += experts) onScores.set(row, at);
  return [result];
}
