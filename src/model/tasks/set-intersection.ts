/**
 * Do two sets share an element? Both are strings of bits, and a model that squeezes each into a
 * few numbers before comparing them loses what the answer hangs on, however many experts follow:
 * the idea in the proof of jelassi2024, theorem 3.2, as a toy. Whoever only counts the elements of
 * both sets is right on 72 % of 16-bit pairs already, where guessing has 50: for a claim about
 * comparing take hands.ts, where counting says nothing.
 */
import { uniforms } from '../../tensor/random';
import type { Task } from '../types';
import { checkRows, partOf, resolve } from './rules/options';

const options = {
  bits: { kind: 'number', label: 'elements', min: 8, max: 64, default: 16, integer: true },
} as const;

/** One ordered pair of sets in this many is held back. */
const HELD_BACK = 4;

/** Chance of an element to be in a set, so that half of all pairs share one: (1 − p²)^bits = ½. */
export const density = (bits: number): number => Math.sqrt(1 - 0.5 ** (1 / bits));

/** Two strings of bits, one behind the other → 1 if they share an element, else 0. */
export default {
  name: 'set-intersection',
  label: 'Do the sets meet?',
  source: 'jelassi2024',
  kind: 'classes',
  options,
  unseen: 'one pair of sets in four',

  shape(given) {
    const { bits } = resolve(options, given);
    return { inputs: 2 * bits, outputs: 2 };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { bits } = resolve(options, given);
    const next = uniforms(seed, `set-intersection.${part}`);
    const chance = density(bits);
    const inputs = new Float32Array(rows * 2 * bits);
    for (let row = 0; row < rows; ) {
      const pair = Array.from({ length: 2 * bits }, () => (next() < chance ? 1 : 0));
      if (partOf(pair, HELD_BACK) !== part) continue;
      inputs.set(pair, row * 2 * bits);
      row++;
    }
    const targets = Int32Array.from({ length: rows }, (_, row) => {
      const first = row * 2 * bits;
      for (let bit = 0; bit < bits; bit++)
        if (inputs[first + bit] && inputs[first + bits + bit]) return 1;
      return 0;
    });
    return { rows, inputs, targets };
  },
} satisfies Task as Task;
