/**
 * Stretches of recorded traces, to be played by hand: what the last layer’s routers of the lab of
 * the cache chose on eight fresh lines, for each way of balancing and each of five seeds.
 * `node scripts/stretches.mjs` writes them.
 */
import type { Stretch } from '../../../model/serving/stretch';
import recorded from './stretches.json';

/** Over what the load is kept even, and the recording of the lab `cache` that has it so. */
export const variants = {
  none: 'none',
  bias: 'default',
  batch: 'batch',
  sequence: 'sequence',
} as const;

export type Evenness = keyof typeof variants;

/** Seeds of the routers. */
export const routers = [1, 2, 3, 4, 5];

/** Of the fresh rows the first of each kind, and the second of two. */
export const rows = [64, 80, 48, 16, 32, 0, 65, 49];

export interface Stretches {
  /** Of each row its 64 characters. */
  texts: string[];
  /** [routers][rows]: two hexadecimal digits a character, its experts. */
  choices: Record<Evenness, string[][]>;
}

const stretches: Stretches = recorded;

/** A row has 64 characters: after so many the memory is full and something is known of the line. */
const from = 40;
export const played = 24;

/** Stretches there are, of each way of balancing. */
const all = routers.length * rows.length;

/** Which of the stretches a seed draws: the next seed has another router and another line. */
export function placeOf(seed: number): { number: number; router: number; row: number } {
  const number = (((seed - 1) % all) + all) % all;
  const router = number % routers.length;
  const row = (router + Math.floor(number / routers.length)) % rows.length;
  return { number, router, row };
}

export const textOf = (row: number): string[] => Array.from(stretches.texts[row]);

export function stretchOf(evenness: Evenness, router: number, row: number): Stretch {
  const calls = readFrom(stretches.choices[evenness][router][row]);
  return { experts: 16, room: 4, calls, from };
}

/** Choices as they are kept: below sixteen experts, two of them a character. */
export const written = (calls: readonly (readonly number[])[]): string =>
  calls.map((call) => call.map((expert) => expert.toString(16)).join('')).join('');

const readFrom = (digits: string): number[][] =>
  Array.from({ length: digits.length / 2 }, (_, token) =>
    Array.from(digits.slice(2 * token, 2 * token + 2), (digit) => Number.parseInt(digit, 16)),
  );
