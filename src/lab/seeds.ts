/**
 * What several seeds of one recording found: spread, counts, pairs, and the place of one more run
 * among them. Pure and without a DOM: the prose (course/measured.ts) and the strip of dots beside
 * a figure say the same from the same rows. Where a value is not a number, neither is what is made
 * of it.
 */
import type { Findings } from './types';

/** What a recorded run keeps of each of its seeds. */
export interface SeedFindings {
  seed: number;
  findings: Findings;
}

/** One finding of one seed. */
export interface SeedValue {
  seed: number;
  value: number;
}

export interface Spread {
  /** Seeds behind it. */
  count: number;
  median: number;
  low: number;
  high: number;
}

/** Which way a claim points: a value below, or above, another. */
export type Side = 'below' | 'above';

/** A finding seed by seed, in the order recorded. A seed without it, or with null for it, has NaN. */
export const valuesOf = (seeds: readonly SeedFindings[], finding: string): SeedValue[] =>
  seeds.map(({ seed, findings }) => ({ seed, value: findings[finding] ?? Number.NaN }));

/** The middle value, or half-way between the two in the middle. NaN of nothing, and among NaN. */
export function median(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  if (below === above) return below ?? Number.NaN;
  return (below + above) / 2;
}

/** Median, lowest and highest. All NaN of nothing. */
export const spreadOf = (values: readonly number[]): Spread => ({
  count: values.length,
  median: median(values),
  low: values.length ? Math.min(...values) : Number.NaN,
  high: values.length ? Math.max(...values) : Number.NaN,
});

/** How many lie strictly on that side: equal values lie on neither, and NaN never does. */
export const countOf = (values: readonly number[], side: Side, than: number): number =>
  values.filter((value) => (side === 'below' ? value < than : value > than)).length;

/** The same seed in two runs. `difference` is a − b. */
export interface Pair {
  seed: number;
  a: number;
  b: number;
  difference: number;
}

/** Pairs of the seeds that both have, in the order of the first. */
export function pairsOf(a: readonly SeedValue[], b: readonly SeedValue[]): Pair[] {
  const other = new Map(b.map(({ seed, value }) => [seed, value]));
  return a.flatMap(({ seed, value }) => {
    const against = other.get(seed);
    if (against === undefined) return [];
    return [{ seed, a: value, b: against, difference: value - against }];
  });
}

/** "in 6 of 8 seeds", "in all 8 seeds", "in none of 8 seeds". */
export function inSeeds(count: number, of: number): string {
  if (count === of) return of === 1 ? 'in the one seed' : `in all ${of} seeds`;
  return `in ${count || 'none'} of ${of} seeds`;
}

/** Where a value stands among others. */
export interface Place {
  /** 1 for the lowest of all with the value itself; equal values share the lower place. */
  rank: number;
  /** How many there are with the value itself. */
  of: number;
  /** "below all eight", "inside the eight", "equal to all eight". */
  among: string;
  /** "the lowest of nine", "the second lowest of nine", "the middle one of nine". */
  ordinal: string;
}

/** Undefined where there is nothing to stand among, or the value is not a number. */
export function placeOf(value: number, others: readonly number[]): Place | undefined {
  const values = others.filter((other) => !Number.isNaN(other));
  if (!values.length || Number.isNaN(value)) return undefined;
  const lower = countOf(values, 'below', value);
  const higher = countOf(values, 'above', value);
  return {
    rank: lower + 1,
    of: values.length + 1,
    among: amongWords(lower, higher, values.length),
    ordinal: ordinalWords(lower, higher, values.length + 1),
  };
}

function amongWords(lower: number, higher: number, count: number): string {
  const all = count === 1 ? 'the other one' : count === 2 ? 'both' : `all ${inWords(count)}`;
  if (higher === count) return `below ${all}`;
  if (lower === count) return `above ${all}`;
  if (!lower && !higher) return `equal to ${all}`;
  return `inside the ${inWords(count)}`;
}

/** Counted from the nearer end. A value that others share is named as the place they share. */
function ordinalWords(lower: number, higher: number, of: number): string {
  const shared = lower + higher + 1 < of ? 'level with others, ' : '';
  const total = inWords(of);
  if (!lower && !higher) return `the same as all ${total}`;
  if (lower === higher && !shared) return `the middle one of ${total}`;
  const [rank, end] = lower <= higher ? [lower, 'lowest'] : [higher, 'highest'];
  const nth = ordinals[rank] ?? `${rank + 1}${endings[plural.select(rank + 1)]}`;
  return `${shared}the ${rank ? `${nth} ` : ''}${end} of ${total}`;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

const plural = new Intl.PluralRules('en', { type: 'ordinal' });
const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

const numerals =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'.split(
    ' ',
  );

const inWords = (n: number) => numerals[n] ?? String(n);
