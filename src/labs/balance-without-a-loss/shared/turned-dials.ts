/**
 * Scores of eight experts for batches that drift, eight biases that a hand has set, and the sign
 * rule beside it, in plain numbers: what the lab by hand shows at once. The choice is top 2 of
 * score + bias, the gates are of the scores alone. A test holds both, and the rule, against the
 * library's.
 */
import { fractions } from '../../../lab/fractions';

export const experts = 8;
const tokens = 256;
/** One turn of one dial; the rule's γ, too. */
export const tick = 0.02;
/** MaxVio below which a batch counts as level. */
export const level = 0.2;
/** The first batch, and those after it. */
const batches = 21;
/** Beyond it a bias outweighs every score. */
export const farthest = 1;

/** Standard deviations of the logits: between experts, and between the tokens of one expert. */
const [skew, taste] = [0.8, 1];

/** [tokens][experts], each between 0 and 1. */
export type Scores = number[][];

/** Standard normal numbers for one purpose of a seed (Box and Muller). */
function normals(seed: number, purpose: number): () => number {
  const next = fractions((Math.imul(seed, 0x9e3779b1) + Math.imul(purpose, 0x85ebca6b)) >>> 0);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

const sum = (numbers: number[]) => numbers.reduce((total, x) => total + x, 0);
export const zeros = (): number[] => Array<number>(experts).fill(0);

/**
 * [batches]: a score is the sigmoid of what an expert is popular by plus what the token likes. From
 * batch to batch each popularity takes one step of a random walk, of standard deviation `drift`.
 */
export function batchesOf(seed: number, drift: number): Scores[] {
  const [first, step, own] = [1, 2, 3].map((purpose) => normals(seed, purpose));
  let popular = zeros().map(() => skew * first());
  return Array.from({ length: batches }, (_, batch) => {
    if (batch) popular = popular.map((logit) => logit + drift * step());
    return Array.from({ length: tokens }, () =>
      popular.map((logit) => 1 / (1 + Math.exp(-(logit + taste * own())))),
    );
  });
}

/** The two experts with the largest score + bias; of equal ones the first. */
export function chosen(scores: number[], bias: number[]): [number, number] {
  let [best, second] = [-1, -1];
  for (let i = 0; i < scores.length; i++) {
    const at = scores[i] + bias[i];
    if (best < 0 || at > scores[best] + bias[best]) [best, second] = [i, best];
    else if (second < 0 || at > scores[second] + bias[second]) second = i;
  }
  return [best, second];
}

interface Turned {
  /** [experts]: tokens that each expert gets. */
  counts: number[];
  /** [experts]: the mean gate of those tokens, 0 where there are none. */
  gates: number[];
}

/** A batch under these biases. */
export function turned(batch: Scores, bias: number[]): Turned {
  const [counts, gates] = [zeros(), zeros()];
  for (const scores of batch) {
    const [a, b] = chosen(scores, bias);
    const both = scores[a] + scores[b];
    for (const expert of [a, b]) {
      counts[expert]++;
      gates[expert] += scores[expert] / both;
    }
  }
  return { counts, gates: gates.map((total, i) => (counts[i] ? total / counts[i] : 0)) };
}

/** The largest count over the mean, less 1. */
export const vioOf = (counts: number[]): number =>
  Math.max(...counts) / (sum(counts) / counts.length) - 1;

/** One round of the rule: a tick against each load that is off the mean. */
export function ruled(counts: number[], bias: number[]): number[] {
  const mean = sum(counts) / counts.length;
  return bias.map((b, i) => b + tick * Math.sign(mean - counts[i]));
}

/** Fewest turns from 0: a dial counts by how far it stands from there. */
const turnsOf = (bias: number[]): number => Math.round(sum(bias.map((b) => Math.abs(b) / tick)));

/** Whole rounds that so many turns make: the rule turns all eight each time. */
export const roundsOf = (turns: number): number => Math.floor(turns / experts);

/**
 * The rule at each batch: so many rounds on the first, then one after every batch. [batches][experts],
 * the biases that choose in that batch.
 */
function ruleOver(all: Scores[], rounds: number): number[][] {
  let bias = zeros();
  for (let i = 0; i < rounds; i++) bias = ruled(turned(all[0], bias).counts, bias);
  return all.map((batch) => {
    const now = bias;
    bias = ruled(turned(batch, now).counts, now);
    return now;
  });
}

/** The dial whose expert is furthest from the mean load, and the way that takes it back. */
function furthest(counts: number[]): { expert: number; way: number } {
  const mean = sum(counts) / counts.length;
  const off = counts.map((count) => Math.abs(count - mean));
  const expert = off.indexOf(Math.max(...off));
  return { expert, way: Math.sign(mean - counts[expert]) };
}

/** A hand that turns the dial furthest off, one tick at a time, until the batch is level. */
export function levelled(batch: Scores): number[] {
  const bias = zeros();
  // No seed that was tried takes more than sixty.
  for (let turn = 0; turn < 400; turn++) {
    const { counts } = turned(batch, bias);
    if (vioOf(counts) < level) break;
    const { expert, way } = furthest(counts);
    bias[expert] += way * tick;
  }
  return bias;
}

/** MaxVio in each batch, of biases that stand still or of one set for each batch. */
const viosOf = (all: Scores[], bias: (batch: number) => number[]): number[] =>
  all.map((batch, i) => vioOf(turned(batch, bias(i)).counts));

/** Turns that the rule takes until the batch is level, whole rounds of eight. */
export function ruleTurns(batch: Scores): number {
  let bias = zeros();
  for (let round = 0; round < 100; round++) {
    const { counts } = turned(batch, bias);
    if (vioOf(counts) < level) return round * experts;
    bias = ruled(counts, bias);
  }
  return 100 * experts;
}

/** Batches at the end whose MaxVio is averaged: the 16th to the 20th after the first. */
const late = 5;

/** Of biases set on the first batch, and of the rule after as many turns there. */
export function compared(all: Scores[], bias: number[]) {
  const turns = turnsOf(bias);
  const rule = ruleOver(all, roundsOf(turns));
  const hand = viosOf(all, () => bias);
  const ruledVios = viosOf(all, (batch) => rule[batch]);
  return {
    turns,
    rule,
    hand,
    ruled: ruledVios,
    later: sum(hand.slice(-late)) / late,
    ruleLater: sum(ruledVios.slice(-late)) / late,
  };
}

/** Mean MaxVio of batches whose tokens choose two of eight by lot: what chance leaves uneven. */
export function chanceVio(): number {
  const next = fractions(1);
  const lots = Array.from({ length: 100 }, () => {
    const batch = Array.from({ length: tokens }, () => zeros().map(next));
    return vioOf(turned(batch, zeros()).counts);
  });
  return sum(lots) / lots.length;
}
