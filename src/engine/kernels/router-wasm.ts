/** Routers that score experts, and the Switch loss, on WASM: token by token over views of its memory. */
import type * as tf from '../../model/tf';
import { type Infos, registerKernels, sizeOf, type Wasm } from './module-wasm';
import { type RouterForm, routerKernel, topKKernel } from './router';
import { switchLossKernel } from './router-balance';

export function registerRouter(wasm: Wasm): void {
  registerKernels(wasm, {
    [routerKernel]: route,
    [`${routerKernel}Gradient`]: gradient,
    [topKKernel]: topK,
    [switchLossKernel]: switchLoss,
    [`${switchLossKernel}Gradient`]: switchLossGradient,
  });
}

type Attributes = Record<string, unknown>;

const numbersOf = (wasm: Wasm, info: tf.TensorInfo): Float32Array =>
  wasm.floats(wasm.at(info), sizeOf(info));

function route(wasm: Wasm, inputs: Infos, attributes: Attributes): tf.TensorInfo[] {
  const { logits: given, x, weight, bias, scale } = inputs;
  const { scoring, gating, topK, by = 'scores' } = attributes.form as RouterForm;
  const [tokens, experts] = given ? given.shape : [x.shape[0], weight.shape[1]];
  const results = Array.from({ length: 4 }, () => wasm.output([tokens, experts]));
  const logitsAt = wasm.at(results[0]);
  if (given) wasm.floats(logitsAt, tokens * experts).set(numbersOf(wasm, given));
  else {
    const dim = x.shape[1];
    const to = { at: logitsAt, apart: experts };
    const w = { at: wasm.at(weight), apart: experts };
    wasm.multiply(tokens, experts, dim, { at: wasm.at(x), apart: dim }, w, to);
  }
  const [logits, scores, mask, gates] = results.map((info) => numbersOf(wasm, info));
  if (scoring === 'softmax') {
    scores.set(logits);
    wasm.run.softmaxSeen(tokens, experts, experts, 0, 1, wasm.at(results[1]));
  }
  const biases = bias && numbersOf(wasm, bias);
  const perToken = bias?.shape.length === 2;
  const factor = scale ? numbersOf(wasm, scale)[0] : 1;
  const keys = new Float32Array(experts);
  mask.fill(0);
  for (let row = 0; row < logits.length; row += experts) {
    if (scoring === 'sigmoid')
      for (let e = row; e < row + experts; e++) scores[e] = 1 / (1 + Math.exp(-logits[e]));
    for (let e = 0; e < experts; e++) {
      keys[e] = by === 'logits' ? logits[row + e] : scores[row + e];
      if (biases && by === 'scores') keys[e] += biases[perToken ? row + e : e];
    }
    markLargest(keys, 0, experts, topK, mask, row);
    gate(gating, logits, scores, mask, row, experts, factor, gates);
  }
  return results;
}

/** Writes 1 at the k largest, the first of equals first; what is no number comes last. */
function markLargest(
  keys: Float32Array,
  start: number,
  length: number,
  k: number,
  mask: Float32Array,
  row: number,
): void {
  for (let round = 0; round < k; round++) {
    let best = -1;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < length; i++) {
      if (mask[row + i] !== 0 || !(best < 0 || keys[start + i] > largest)) continue;
      best = i;
      largest = Number.isNaN(keys[start + i]) ? Number.NEGATIVE_INFINITY : keys[start + i];
    }
    mask[row + best] = 1;
  }
}

function gate(
  gating: RouterForm['gating'],
  logits: Float32Array,
  scores: Float32Array,
  mask: Float32Array,
  row: number,
  experts: number,
  factor: number,
  gates: Float32Array,
): void {
  const end = row + experts;
  let top = Number.NEGATIVE_INFINITY;
  for (let e = row; e < end; e++) if (mask[e] !== 0) top = Math.max(top, logits[e]);
  // A bias may choose experts whose scores all round to 0; then the gates are 0, not NaN.
  let total = gating === 'normalised' ? 1e-20 : 0;
  for (let e = row; e < end; e++) {
    const part = gating === 'softmax' ? Math.exp(logits[e] - top) : scores[e];
    gates[e] = mask[e] !== 0 ? part : 0;
    total += gates[e];
  }
  const divisor = gating === 'plain' ? 1 : total;
  for (let e = row; e < end; e++) gates[e] = (gates[e] / divisor) * factor;
}

function gradient(wasm: Wasm, inputs: Infos, attributes: Attributes): tf.TensorInfo[] {
  const { scoring, gating } = attributes.form as RouterForm;
  const result = wasm.output(inputs.scores.shape);
  const [tokens, experts] = inputs.scores.shape;
  const [scores, mask, gates] = [inputs.scores, inputs.mask, inputs.gates].map((info) =>
    numbersOf(wasm, info),
  );
  const [dLogits, dScores, dGates] = [inputs.dLogits, inputs.dScores, inputs.dGates].map(
    (info) => info && numbersOf(wasm, info),
  );
  const onLogits = numbersOf(wasm, result);
  const factor = inputs.scale ? numbersOf(wasm, inputs.scale)[0] : 1;
  const onScores = new Float32Array(experts);
  for (let row = 0; row < tokens * experts; row += experts) {
    for (let e = 0; e < experts; e++) {
      onLogits[row + e] = dLogits ? dLogits[row + e] : 0;
      onScores[e] = dScores ? dScores[row + e] : 0;
    }
    if (dGates && gating === 'softmax') {
      // Before the scale, gates are a softmax of the chosen logits.
      let mean = 0;
      for (let e = row; e < row + experts; e++) mean += gates[e] * dGates[e];
      for (let e = row; e < row + experts; e++)
        onLogits[e] += gates[e] * (dGates[e] - mean / (factor || 1));
    } else if (dGates) {
      let total = gating === 'normalised' ? 1e-20 : 1;
      let mean = 0;
      if (gating === 'normalised') {
        for (let e = row; e < row + experts; e++) {
          const kept = scores[e] * mask[e];
          total += kept;
          mean += kept * dGates[e];
        }
        mean /= total;
      }
      for (let e = 0; e < experts; e++)
        onScores[e] += (mask[row + e] * factor * (dGates[row + e] - mean)) / total;
    }
    if (scoring === 'sigmoid')
      for (let e = 0; e < experts; e++)
        onLogits[row + e] += onScores[e] * scores[row + e] * (1 - scores[row + e]);
    else {
      let mean = 0;
      for (let e = 0; e < experts; e++) mean += scores[row + e] * onScores[e];
      for (let e = 0; e < experts; e++) onLogits[row + e] += scores[row + e] * (onScores[e] - mean);
    }
  }
  return [result];
}

function topK(wasm: Wasm, { scores }: Infos, { k }: Attributes): tf.TensorInfo[] {
  const result = wasm.output(scores.shape);
  const [rows, columns] = scores.shape;
  const keys = numbersOf(wasm, scores);
  const mask = numbersOf(wasm, result).fill(0);
  for (let row = 0; row < rows * columns; row += columns)
    markLargest(keys, row, columns, k as number, mask, row);
  return [result];
}

function switchLoss(wasm: Wasm, inputs: Infos, { topK }: Attributes): tf.TensorInfo[] {
  const [tokens, experts] = inputs.scores.shape;
  const [total, balance, shares] = [[], [], [experts]].map((shape) => wasm.output(shape));
  const [mask, scores] = [inputs.mask, inputs.scores].map((info) => numbersOf(wasm, info));
  const share = numbersOf(wasm, shares);
  let loss = 0;
  for (let e = 0; e < experts; e++) {
    let assigned = 0;
    let score = 0;
    for (let at = e; at < mask.length; at += experts) {
      assigned += mask[at];
      score += scores[at];
    }
    share[e] = assigned / (tokens * (topK as number));
    loss += share[e] * (score / tokens) * experts;
  }
  const { task, strength } = inputs;
  numbersOf(wasm, balance)[0] = loss;
  numbersOf(wasm, total)[0] = task
    ? numbersOf(wasm, task)[0] + numbersOf(wasm, strength)[0] * loss
    : loss;
  return [total, balance, shares];
}

function switchLossGradient(wasm: Wasm, inputs: Infos, { shape }: Attributes): tf.TensorInfo[] {
  const { dy, strength, shares } = inputs;
  const [tokens, experts] = shape as number[];
  const result = wasm.output([tokens, experts]);
  const weight = strength ? numbersOf(wasm, strength)[0] : 1;
  const factor = (experts / tokens) * numbersOf(wasm, dy)[0] * weight;
  const onScores = numbersOf(wasm, result);
  const row = numbersOf(wasm, shares).map((share) => share * factor);
  for (let at = 0; at < onScores.length; at += experts) onScores.set(row, at);
  return [result];
}
