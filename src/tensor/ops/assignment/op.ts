/**
 * Balanced assignment in one GPU command: an auction runs to its end inside one workgroup, where
 * plain TensorFlow.js would take hundreds of commands for a fixed number of rounds. The function
 * over typed arrays below is the meaning; wgsl.ts does the same additions and
 * comparisons in single precision, so that all backends assign alike.
 */
import * as tf from '../../core';
import { type Kernel, onEveryBackend } from '../on-every-backend';
import { LARGEST, MOST_EXPERTS, MOST_ROUNDS, MOST_TOKENS, PHASES, THREADS, wgsl } from './wgsl';

/**
 * affinity [tokens, experts] → mask of the same shape with one 1 in each row and tokens / experts
 * in each column, whose sum of affinities is within tokens · range / 256 of the largest possible
 * (range: largest less smallest affinity). Bertsekas' auction with similar objects: every token
 * without a place bids, at the expert it likes best at present prices, all that this expert is
 * worth to it beyond the second best, and a little more; an expert keeps its highest bidders,
 * and once it is full its price is the lowest bid it kept. bertsekas1992.
 * Infinities, and whatever is beyond 10³⁰, count as one range beyond the other affinities, what is
 * no number as minus infinity; bids then begin four times as high. Evenness comes first: −∞ bars
 * nothing.
 */
export function balancedAssignment(affinity: tf.Tensor2D): tf.Tensor2D {
  const [tokens, experts] = affinity.shape;
  if (tokens % experts !== 0)
    throw new Error(`${tokens} tokens cannot be shared out evenly among ${experts} experts.`);
  if (tokens > MOST_TOKENS || experts > MOST_EXPERTS)
    throw new Error(
      `At most ${MOST_TOKENS} tokens are assigned to at most ${MOST_EXPERTS} experts at once; these are ${tokens} and ${experts}.`,
    );
  return tf
    .engine()
    .runKernel(assignmentKernel.name, { affinity } as unknown as tf.NamedTensorMap) as tf.Tensor2D;
}

const assignmentKernel: Kernel = {
  name: 'SwitchyardBalancedAssignment',

  host([affinity], _, [[tokens, experts]]) {
    const { at } = auction(affinity as Float32Array, tokens, experts);
    const values = new Float32Array(tokens * experts);
    for (let t = 0; t < tokens; t++) values[t * experts + at[t]] = 1;
    return { shape: [tokens, experts], dtype: 'float32', values };
  },

  webgpu(backend, { affinity }) {
    return backend.runWebGPUProgram(program(affinity.shape), [affinity], 'float32');
  },
};

export const registerAssignment = () => onEveryBackend(assignmentKernel);

/** Each token's expert, and the rounds it took. */
export function auction(given: Float32Array, tokens: number, experts: number) {
  const { fround } = Math;
  const { affinity, range } = tamed(given);
  const places = tokens / experts;
  const at = new Int32Array(tokens).fill(-1);
  const bid = new Float32Array(tokens);
  const price = new Float32Array(experts);
  const everyToken = Array.from(at.keys());
  let raise = range;
  let rounds = 0;
  for (let phase = 0; phase < PHASES; phase++) {
    raise = fround(raise * 0.25);
    at.fill(-1);
    for (let round = 0; round < MOST_ROUNDS && at.includes(-1); round++, rounds++) {
      for (let t = 0; t < tokens; t++) {
        if (at[t] >= 0) continue;
        let [best, second, favourite] = [-Infinity, -Infinity, 0];
        for (let e = 0; e < experts; e++) {
          const worth = fround(affinity[t * experts + e] - price[e]);
          if (worth > best) [second, best, favourite] = [best, worth, e];
          else if (worth > second) second = worth;
        }
        at[t] = favourite;
        const next = experts > 1 ? second : best;
        bid[t] = fround(fround(affinity[t * experts + favourite] - next) + raise);
      }
      for (let e = 0; e < experts; e++) {
        const bidders = everyToken.filter((t) => at[t] === e);
        if (bidders.length < places) continue;
        bidders.sort((t, u) => bid[u] - bid[t] || t - u); // of equal bids the earlier token's
        for (const t of bidders.slice(places)) at[t] = -1;
        price[e] = bid[bidders[places - 1]];
      }
    }
  }
  const complete = !at.includes(-1);
  fillFreePlaces(at, places, experts);
  return { at, rounds, complete };
}

/** Infinities one range beyond the other affinities, NaN with minus infinity; and what to raise by. */
function tamed(given: Float32Array): { affinity: Float32Array; range: number } {
  let [low, high] = [Infinity, -Infinity];
  const isOdd = (value: number) => !(Math.abs(value) <= LARGEST);
  for (const value of given) {
    if (isOdd(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 0]; // nothing but infinities and NaN
  const range = rangeOf(low, high);
  if (!given.some(isOdd)) return { affinity: given, range };
  const affinity = given.map((value) => {
    if (isOdd(value)) return value > 0 ? high + range : low - range;
    return value;
  });
  return { affinity, range: 4 * range };
}

/** Of affinities between these, but no less than what rounding would swallow. */
function rangeOf(low: number, high: number): number {
  const floor = Math.fround(Math.max(Math.abs(low), Math.abs(high)) * 2 ** -11);
  const range = Math.max(Math.fround(high - low), floor);
  return range > 0 ? range : 1;
}

/** Tokens without a place take the free ones in order. */
function fillFreePlaces(at: Int32Array, places: number, experts: number): void {
  const free = new Int32Array(experts).fill(places);
  for (const expert of at) if (expert >= 0) free[expert]--;
  let expert = 0;
  for (let t = 0; t < at.length; t++) {
    if (at[t] >= 0) continue;
    while (free[expert] === 0) expert++;
    at[t] = expert;
    free[expert]--;
  }
}

function program(shape: number[]) {
  return {
    outputShape: shape,
    variableNames: ['affinity'],
    shaderKey: 'switchyard_assignment',
    uniforms: '',
    size: true,
    workgroupSize: [THREADS, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0, 1] },
    dispatch: [1, 1, 1] as [number, number, number],
    getUserCode: () => wgsl,
  };
}
