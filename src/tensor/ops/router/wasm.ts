/** Routers that score experts on WASM: token by token over views of its memory. */
import type * as tf from '../../core';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';
import { type RouterForm, routerKernel, topKKernel } from './kernel';

export function registerRouter(wasm: Wasm): void {
  registerKernels(wasm, {
    [routerKernel]: route,
    [`${routerKernel}Gradient`]: gradient,
    [topKKernel]: topK,
  });
}

type Attributes = Record<string, unknown>;

function route(wasm: Wasm, inputs: Infos, attributes: Attributes): tf.TensorInfo[] {
  const { logits: given, x, weight, bias, scale } = inputs;
  const { scoring, gating, topK, by = 'scores' } = attributes.form as RouterForm;
  const [tokens, experts] = given ? given.shape : [x.shape[0], weight.shape[1]];
  const results = Array.from({ length: 4 }, () => wasm.output([tokens, experts]));
  const logitsAt = wasm.at(results[0]);
  if (given) wasm.floats(logitsAt, tokens * experts).set(wasm.numbers(given));
  else {
    const dim = x.shape[1];
    const to = { at: logitsAt, apart: experts };
    const w = { at: wasm.at(weight), apart: experts };
    wasm.multiply(tokens, experts, dim, { at: wasm.at(x), apart: dim }, w, to);
  }
  score(wasm, scoring, results[0], results[1]);
  const keys = results[by === 'logits' ? 0 : 1];
  const chosen = largest(wasm, keys, topK, by === 'scores' ? bias : undefined);
  const [logits, scores, mask, gates] = results.map((info) => wasm.numbers(info));
  const factor = scale ? wasm.numbers(scale)[0] : 1;
  mask.fill(0);
  gates.fill(0);
  for (let token = 0; token < tokens; token++) {
    const places = chosen.subarray(token * topK, (token + 1) * topK);
    gate(gating, logits, scores, token * experts, places, factor, gates);
    for (const e of places) mask[token * experts + e] = 1;
  }
  return results;
}

function score(
  wasm: Wasm,
  scoring: RouterForm['scoring'],
  logits: tf.TensorInfo,
  scores: tf.TensorInfo,
): void {
  const [tokens, experts] = logits.shape;
  const to = wasm.numbers(scores);
  to.set(wasm.numbers(logits));
  if (scoring === 'softmax') wasm.run.softmaxSeen(tokens, experts, experts, 0, 1, wasm.at(scores));
  else for (let i = 0; i < to.length; i++) to[i] = 1 / (1 + Math.exp(-to[i]));
}

/**
 * [rows, room] the places of the largest keys [rows, columns] of each row, after a bias [columns]
 * or [rows, columns] is added.
 */
function largest(wasm: Wasm, keys: tf.TensorInfo, room: number, bias?: tf.TensorInfo): Int32Array {
  const [rows, columns] = keys.shape;
  const size = rows * columns;
  return wasm.withRoom([rows * room, bias ? size : 0], (list, biased) => {
    if (bias) {
      wasm.floats(biased, size).set(wasm.numbers(keys));
      if (bias.shape.length === 2) wasm.run.addToRows(wasm.at(bias), 1, size, biased);
      else wasm.run.addToRows(wasm.at(bias), rows, columns, biased);
    }
    wasm.run.findLargest(rows, columns, bias ? biased : wasm.at(keys), room, list);
    return wasm.integers(list, rows * room).slice();
  });
}

/** Writes the chosen experts' gates of the token whose numbers begin at `row`. */
function gate(
  gating: RouterForm['gating'],
  logits: Float32Array,
  scores: Float32Array,
  row: number,
  chosen: Int32Array,
  factor: number,
  gates: Float32Array,
): void {
  let top = Number.NEGATIVE_INFINITY;
  if (gating === 'softmax') for (const e of chosen) top = Math.max(top, logits[row + e]);
  // A bias may choose experts whose scores all round to 0; then the gates are 0, not NaN.
  let total = gating === 'normalised' ? 1e-18 : 0;
  for (const e of chosen) {
    gates[row + e] = gating === 'softmax' ? Math.exp(logits[row + e] - top) : scores[row + e];
    total += gates[row + e];
  }
  const divisor = gating === 'plain' ? 1 : total;
  for (const e of chosen) gates[row + e] = (gates[row + e] / divisor) * factor;
}

function gradient(wasm: Wasm, inputs: Infos, attributes: Attributes): tf.TensorInfo[] {
  const { run } = wasm;
  const { scoring, gating } = attributes.form as RouterForm;
  const { scores, dLogits, dScores, dGates } = inputs;
  const [tokens, experts] = scores.shape;
  const factor = inputs.scale ? wasm.numbers(inputs.scale)[0] : 1;
  const result = wasm.output(scores.shape);
  const [scoresAt, at] = [wasm.at(scores), wasm.at(result)];
  // First the gradient of the scores, then, in its place, that of the logits.
  const d = wasm.numbers(result);
  if (dScores) d.set(wasm.numbers(dScores));
  else d.fill(0);
  if (dGates && gating !== 'softmax') {
    const [mask, onGates] = [wasm.at(inputs.mask), wasm.at(dGates)];
    const normalised = gating === 'normalised';
    run.gatesGradient(tokens, experts, scoresAt, mask, onGates, normalised, factor, at);
  }
  if (scoring === 'softmax') run.softmaxSeenGradient(tokens, experts, experts, 0, 1, scoresAt, at);
  else {
    const s = wasm.numbers(scores);
    for (let i = 0; i < d.length; i++) d[i] *= s[i] * (1 - s[i]);
  }
  if (dLogits) run.addToRows(wasm.at(dLogits), 1, tokens * experts, at);
  if (dGates && gating === 'softmax')
    run.softmaxGatesGradient(tokens, experts, wasm.at(inputs.gates), wasm.at(dGates), factor, at);
  return [result];
}

function topK(wasm: Wasm, { scores }: Infos, { k }: Attributes): tf.TensorInfo[] {
  const result = wasm.output(scores.shape);
  const columns = scores.shape[1];
  const chosen = largest(wasm, scores, k as number);
  const mask = wasm.numbers(result).fill(0);
  chosen.forEach((column, i) => {
    mask[Math.floor(i / (k as number)) * columns + column] = 1;
  });
  return [result];
}
