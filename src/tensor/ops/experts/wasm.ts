/**
 * Experts on WASM: pairs of token and expert in order of their experts, each expert's rows through
 * its matrices as one product. Kept for the gradient: `pairs` [pairs], token · experts + expert of
 * each; `inner`: the hidden layer of each pair, [1, pairs, hidden] behind ReLU, or for SwiGLU
 * [3, pairs, hidden]: what goes through SiLU, what is beside it, their product; `answers`
 * [pairs, out].
 */
import type * as tf from '../../core';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';
import { type ExpertsKind, expertsKernel, expertWeights } from './kernel';
import { chosenPairs, keptPairs } from './pairs-wasm';

export function registerExperts(wasm: Wasm): void {
  for (const kind of ['Relu', 'Swiglu'] as const) {
    const name = expertsKernel(kind);
    registerKernels(wasm, {
      [name]: (wasm, inputs, { mostPairs }) => forward(kind, wasm, inputs, mostPairs as number),
      [`${name}Gradient`]: (wasm, inputs) => gradient(kind, wasm, inputs),
      [`${name}InputGradient`]: (wasm, inputs) => inputGradient(kind, wasm, inputs),
    });
  }
}

function forward(kind: ExpertsKind, wasm: Wasm, inputs: Infos, mostPairs: number): tf.TensorInfo[] {
  const { run } = wasm;
  const { x, gates, b1, b2 } = inputs;
  const sizes = sizesOf(inputs);
  const { tokens, dim, experts, hidden, out } = sizes;
  const chosen = chosenPairs(wasm, gates);
  const count = chosen.pairs.length;
  const pairs = wasm.output([count], 'int32');
  const inner = wasm.output([kind === 'Relu' ? 1 : 3, count, hidden]);
  const answers = wasm.output([count, out]);
  const y = wasm.output([tokens, out]);
  wasm.withRoom([count * dim, count, count], (picked, list, factors) => {
    wasm.integers(wasm.at(pairs), count).set(chosen.pairs);
    wasm.integers(list, count).set(chosen.tokens);
    wasm.floats(factors, count).set(chosen.factors);
    run.pickRows(wasm.at(x), list, count, dim, picked);
    const layer = innerParts(kind, wasm.at(inner), count * hidden);
    for (let expert = 0; expert < experts; expert++) {
      const first = chosen.starts[expert];
      const rows = chosen.starts[expert + 1] - first;
      const at = 4 * first * hidden;
      const through = (w: tf.TensorInfo, part: number) =>
        wasm.multiply(
          rows,
          hidden,
          dim,
          { at: picked + 4 * first * dim, apart: dim },
          firstMatrix(wasm, w, expert, sizes),
          { at: part + at, apart: hidden },
        );
      if (kind === 'Relu') {
        through(inputs.w1, layer.product);
        run.addToRows(wasm.at(b1) + 4 * expert * hidden, rows, hidden, layer.product + at);
        run.relu(rows * hidden, layer.product + at);
      } else {
        through(inputs.w1, layer.switched);
        through(inputs.w3, layer.beside);
        run.swiglu(rows * hidden, layer.switched + at, layer.beside + at, layer.product + at);
      }
      const answer = wasm.at(answers) + 4 * first * out;
      wasm.multiply(
        rows,
        out,
        hidden,
        { at: layer.product + at, apart: hidden },
        secondMatrix(wasm, inputs.w2, expert, sizes),
        { at: answer, apart: out },
      );
      if (kind === 'Relu') run.addToRows(wasm.at(b2) + 4 * expert * out, rows, out, answer);
    }
    // There is room for more than was said; but a fault should show on every rung.
    wasm.floats(wasm.at(y), tokens * out).fill(count > mostPairs ? NaN : 0);
    run.addWeighed(wasm.at(answers), list, factors, count, out, wasm.at(y));
  });
  return [y, pairs, inner, answers];
}

function gradient(kind: ExpertsKind, wasm: Wasm, inputs: Infos): tf.TensorInfo[] {
  const { run } = wasm;
  const { dy, x, gates, pairs, inner, answers } = inputs;
  const sizes = sizesOf(inputs);
  const { tokens, dim, experts, hidden, out } = sizes;
  const chosen = keptPairs(wasm, pairs, gates);
  const count = chosen.pairs.length;
  const dGates = wasm.output(gates.shape);
  const grads: Infos = {};
  for (const name of expertWeights[kind]) grads[name] = wasm.output(inputs[name].shape);
  const dInner = wasm.output([kind === 'Relu' ? 1 : 2, count, hidden]);
  const room = [
    count * dim,
    count * out,
    kind === 'Relu' ? 0 : count * hidden,
    count,
    count,
    count,
  ];
  wasm.withRoom(room, (picked, dAnswers, dProduct, list, factors, dots) => {
    wasm.integers(list, count).set(chosen.tokens);
    wasm.floats(factors, count).set(chosen.factors);
    run.dotRows(wasm.at(answers), wasm.at(dy), list, count, out, dots);
    const perGate = wasm.floats(wasm.at(dGates), tokens * experts).fill(0);
    wasm.floats(dots, count).forEach((dot, i) => {
      perGate[chosen.pairs[i]] = dot;
    });
    run.pickWeighed(wasm.at(dy), list, factors, count, out, dAnswers);
    run.pickRows(wasm.at(x), list, count, dim, picked);
    const layer = innerParts(kind, wasm.at(inner), count * hidden);
    const dFirst = wasm.at(dInner);
    const dSecond = dFirst + 4 * count * hidden;
    for (let expert = 0; expert < experts; expert++) {
      const first = chosen.starts[expert];
      const rows = chosen.starts[expert + 1] - first;
      const at = 4 * first * hidden;
      const d = { at: dAnswers + 4 * first * out, apart: out };
      const h = { at: layer.product + at, apart: hidden, turned: true };
      wasm.multiply(hidden, out, rows, h, d, secondMatrix(wasm, grads.w2, expert, sizes));
      const w2 = { ...secondMatrix(wasm, inputs.w2, expert, sizes), turned: true };
      const dh = (kind === 'Relu' ? dFirst : dProduct) + at;
      wasm.multiply(rows, hidden, out, d, w2, { at: dh, apart: hidden });
      const through = (w: tf.TensorInfo, part: number) =>
        wasm.multiply(
          dim,
          hidden,
          rows,
          { at: picked + 4 * first * dim, apart: dim, turned: true },
          { at: part + at, apart: hidden },
          firstMatrix(wasm, w, expert, sizes),
        );
      if (kind === 'Relu') {
        run.sumRows(d.at, rows, out, wasm.at(grads.b2) + 4 * expert * out);
        run.reluGradient(rows * hidden, h.at, dh);
        run.sumRows(dh, rows, hidden, wasm.at(grads.b1) + 4 * expert * hidden);
        through(grads.w1, dFirst);
      } else {
        const [a, b] = [layer.switched + at, layer.beside + at];
        run.swigluGradient(rows * hidden, a, b, dh, dFirst + at, dSecond + at);
        through(grads.w1, dFirst);
        through(grads.w3, dSecond);
      }
    }
  });
  return [dGates, ...Object.values(grads), dInner];
}

function inputGradient(kind: ExpertsKind, wasm: Wasm, inputs: Infos): tf.TensorInfo[] {
  const { dInner, pairs, gates } = inputs;
  const sizes = sizesOf(inputs);
  const { tokens, dim, experts, hidden } = sizes;
  const chosen = keptPairs(wasm, pairs, gates);
  const count = chosen.pairs.length;
  const weights = kind === 'Relu' ? [inputs.w1] : [inputs.w1, inputs.w3];
  const dx = wasm.output([tokens, dim]);
  wasm.withRoom([count * dim, count], (dPicked, list) => {
    wasm.integers(list, count).set(chosen.tokens);
    for (let expert = 0; expert < experts; expert++) {
      const first = chosen.starts[expert];
      const rows = chosen.starts[expert + 1] - first;
      weights.forEach((weight, part) => {
        const d = { at: wasm.at(dInner) + 4 * (part * count + first) * hidden, apart: hidden };
        const w = { ...firstMatrix(wasm, weight, expert, sizes), turned: true };
        const target = { at: dPicked + 4 * first * dim, apart: dim, adds: part > 0 };
        wasm.multiply(rows, dim, hidden, d, w, target);
      });
    }
    wasm.floats(wasm.at(dx), tokens * dim).fill(0);
    wasm.run.addRows(dPicked, list, count, dim, wasm.at(dx));
  });
  return [dx];
}

interface Sizes {
  tokens: number;
  dim: number;
  experts: number;
  hidden: number;
  out: number;
}

function sizesOf({ x, gates, w1, w2 }: Infos): Sizes {
  const [tokens, experts] = gates.shape;
  return { tokens, experts, dim: x.shape[1], hidden: w1.shape[1] / experts, out: w2.shape[1] };
}

/** An expert's part of the matrices that lie side by side: [dim, hidden]. */
const firstMatrix = (wasm: Wasm, w: tf.TensorInfo, expert: number, { hidden }: Sizes) => ({
  at: wasm.at(w) + 4 * expert * hidden,
  apart: w.shape[1],
});

/** An expert's part of the matrices that lie one below another: [hidden, out]. */
const secondMatrix = (wasm: Wasm, w: tf.TensorInfo, expert: number, { hidden, out }: Sizes) => ({
  at: wasm.at(w) + 4 * expert * hidden * out,
  apart: out,
});

/** Where the parts of `inner` begin, each of `size` numbers; `product` is the hidden layer. */
const innerParts = (kind: ExpertsKind, inner: number, size: number) =>
  kind === 'Relu'
    ? { switched: inner, beside: inner, product: inner }
    : { switched: inner, beside: inner + 4 * size, product: inner + 8 * size };
