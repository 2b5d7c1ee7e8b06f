/** The optimizers on WASM: each parameter and its part of the memory in one pass. */
import type * as tf from '../../core';
import { type Infos, registerKernels, sizeOf, type Wasm } from '../on-wasm';
import { optimizerKernel, type Rule } from './kernel';
import { successors } from './successors';

export function registerOptimizer(wasm: Wasm): void {
  registerKernels(wasm, {
    [optimizerKernel]: (wasm, inputs, attributes) =>
      optimize(wasm, inputs, attributes as unknown as Attributes),
  });
}

interface Attributes {
  rule: Rule;
  parameters: number;
}

function optimize(wasm: Wasm, inputs: Infos, { rule, parameters }: Attributes): tf.TensorInfo[] {
  const { memory, count } = inputs;
  const params = Array.from({ length: parameters }, (_, i) => inputs[`p${i}`]);
  const grads = params.map((_, i) => inputs[`g${i}`]);
  const weights = params.reduce((sum, info) => sum + sizeOf(info), 0);
  const move = moving(rule, wasm, inputs, weights);
  const replaced = memory ? [...params, memory] : params;
  const results = successors(wasm, replaced, grads, (from, to) => {
    let first = 0; // bytes of the memory in front of the parameter's
    params.forEach((param, i) => {
      const size = sizeOf(param);
      move({
        size,
        p: from[i],
        g: wasm.at(grads[i]),
        to: to[i],
        memory: memory ? from[parameters] + first : 0,
        next: memory ? to[parameters] + first : 0,
        decays: param.shape.length >= 2,
      });
      first += 4 * size;
    });
  });
  if (rule.name !== 'adam') return results;
  const steps = wasm.output([]);
  wasm.numbers(steps)[0] = numberIn(wasm, count) + 1;
  return [...results, steps];
}

/** Addresses of one parameter, of its gradient and of its memory, before and after. */
interface Move {
  size: number;
  p: number;
  g: number;
  to: number;
  memory: number;
  next: number;
  decays: boolean;
}

function moving(rule: Rule, wasm: Wasm, inputs: Infos, weights: number): (move: Move) => void {
  const { run } = wasm;
  const number = (name: string) => (inputs[name] ? numberIn(wasm, inputs[name]) : 0);
  const rate = number('learningRate');
  switch (rule.name) {
    case 'sgd':
      return ({ size, p, g, to }) => run.sgd(size, p, g, rate, to);
    case 'momentum': {
      const stays = number('momentum');
      return ({ size, p, g, to, memory, next }) =>
        run.momentum(size, p, g, memory, stays, rate, to, next);
    }
    case 'adam': {
      const { beta1, beta2, epsilon } = rule;
      const steps = number('count') + 1;
      // The bias corrections of both means, as factors of the step and of ε.
      const correction = Math.sqrt(1 - beta2 ** steps);
      const corrected = (rate * correction) / (1 - beta1 ** steps);
      const lost = rate * number('weightDecay');
      return ({ size, p, g, to, memory, next, decays }) =>
        run.adam(
          size,
          p,
          g,
          memory,
          memory + 4 * weights,
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          corrected,
          correction * epsilon,
          decays ? lost : 0,
          to,
          next,
          next + 4 * weights,
        );
    }
  }
}

const numberIn = (wasm: Wasm, scalar: tf.TensorInfo): number => wasm.floats(wasm.at(scalar), 1)[0];
