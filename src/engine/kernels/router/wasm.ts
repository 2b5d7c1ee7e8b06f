/** Routers that score experts on WASM: token by token over views of its memory. */
import type * as tf from '../../../model/tf';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';
import { type RouterForm, routerKernel, topKKernel } from './op';

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
  const [logits, scores, mask, gates] = results.map((info) => wasm.numbers(info));
  if (scoring === 'softmax') {
    scores.set(logits);
    wasm.run.softmaxSeen(tokens, experts, experts, 0, 1, wasm.at(results[1]));
  }
  const biases = bias && wasm.numbers(bias);
  const perToken = bias?.shape.length === 2;
  const factor = scale ? wasm.numbers(scale)[0] : 1;
  const keys = new Float32Array(experts);
  const chosen = new Int32Array(topK);
  mask.fill(0);
  gates.fill(0);
  for (let row = 0; row < logits.length; row += experts) {
    if (scoring === 'sigmoid')
      for (let e = row; e < row + experts; e++) scores[e] = 1 / (1 + Math.exp(-logits[e]));
    if (biases && by === 'scores') {
      for (let e = 0; e < experts; e++) keys[e] = scores[row + e] + biases[perToken ? row + e : e];
      findLargest(keys, 0, experts, chosen);
    } else findLargest(by === 'logits' ? logits : scores, row, experts, chosen);
    gate(gating, logits, scores, row, chosen, factor, gates);
    for (const e of chosen) mask[row + e] = 1;
  }
  return results;
}

/**
 * The places of the largest numbers among `length` from `start` on, as many as there is room for,
 * in order; of equals the first, and last what is no number.
 */
function findLargest(
  keys: Float32Array,
  start: number,
  length: number,
  chosen: Int32Array,
): Int32Array {
  const room = chosen.length;
  for (let e = 0; e < room; e++) chosen[e] = e;
  let least = leastOf(keys, start, chosen);
  let bar = keyOf(keys, start + chosen[least]);
  for (let e = room; e < length; e++) {
    if (!(keys[start + e] > bar)) continue;
    // What comes later has the higher index: the order stays.
    for (let i = least; i < room - 1; i++) chosen[i] = chosen[i + 1];
    chosen[room - 1] = e;
    least = leastOf(keys, start, chosen);
    bar = keyOf(keys, start + chosen[least]);
  }
  return chosen;
}

const keyOf = (keys: Float32Array, at: number): number =>
  Number.isNaN(keys[at]) ? Number.NEGATIVE_INFINITY : keys[at];

/** Where in `chosen` the one stands that has to go next: of equals the last. */
function leastOf(keys: Float32Array, start: number, chosen: Int32Array): number {
  let least = 0;
  for (let i = 1; i < chosen.length; i++)
    if (keyOf(keys, start + chosen[i]) <= keyOf(keys, start + chosen[least])) least = i;
  return least;
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
  let total = gating === 'normalised' ? 1e-20 : 0;
  for (const e of chosen) {
    gates[row + e] = gating === 'softmax' ? Math.exp(logits[row + e] - top) : scores[row + e];
    total += gates[row + e];
  }
  const divisor = gating === 'plain' ? 1 : total;
  for (const e of chosen) gates[row + e] = (gates[row + e] / divisor) * factor;
}

function gradient(wasm: Wasm, inputs: Infos, attributes: Attributes): tf.TensorInfo[] {
  const { scoring, gating } = attributes.form as RouterForm;
  const result = wasm.output(inputs.scores.shape);
  const [tokens, experts] = inputs.scores.shape;
  const [scores, mask, gates] = [inputs.scores, inputs.mask, inputs.gates].map((info) =>
    wasm.numbers(info),
  );
  const [dLogits, dScores, dGates] = [inputs.dLogits, inputs.dScores, inputs.dGates].map(
    (info) => info && wasm.numbers(info),
  );
  const factor = inputs.scale ? wasm.numbers(inputs.scale)[0] : 1;
  // First the gradient of the scores, then, in its place, that of the logits.
  const d = wasm.numbers(result);
  if (dScores) d.set(dScores);
  else d.fill(0);
  if (dGates && gating !== 'softmax')
    for (let row = 0; row < d.length; row += experts) {
      let total = gating === 'normalised' ? 1e-20 : 1;
      let mean = 0;
      if (gating === 'normalised') {
        for (let e = row; e < row + experts; e++) {
          if (mask[e] === 0) continue;
          total += scores[e];
          mean += scores[e] * dGates[e];
        }
        mean /= total;
      }
      for (let e = row; e < row + experts; e++)
        if (mask[e] !== 0) d[e] += (factor * (dGates[e] - mean)) / total;
    }
  if (scoring === 'softmax')
    wasm.run.softmaxSeenGradient(
      ...[tokens, experts, experts, 0, 1],
      wasm.at(inputs.scores),
      wasm.at(result),
    );
  else for (let i = 0; i < d.length; i++) d[i] *= scores[i] * (1 - scores[i]);
  if (dLogits) for (let i = 0; i < d.length; i++) d[i] += dLogits[i];
  if (dGates && gating === 'softmax')
    for (let row = 0; row < d.length; row += experts) {
      // Before the scale, gates are a softmax of the chosen logits.
      let mean = 0;
      for (let e = row; e < row + experts; e++) mean += gates[e] * dGates[e];
      for (let e = row; e < row + experts; e++)
        d[e] += gates[e] * (dGates[e] - mean / (factor || 1));
    }
  return [result];
}

function topK(wasm: Wasm, { scores }: Infos, { k }: Attributes): tf.TensorInfo[] {
  const result = wasm.output(scores.shape);
  const [rows, columns] = scores.shape;
  const keys = wasm.numbers(scores);
  const mask = wasm.numbers(result).fill(0);
  const chosen = new Int32Array(k as number);
  for (let row = 0; row < rows * columns; row += columns)
    for (const column of findLargest(keys, row, columns, chosen)) mask[row + column] = 1;
  return [result];
}
