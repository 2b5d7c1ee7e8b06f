import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { below, checkRows, resolve } from './rules/options';
import { characters, encode } from './yard';

const options = {
  wagons: { kind: 'number', label: 'wagons', min: 8, max: 1225, default: 768, integer: true },
  length: { kind: 'number', label: 'length', min: 4, max: 256, default: 64, integer: true },
} as const;

const signs = characters.filter((character) => /[a-z0-9]/.test(character));

/**
 * Which wagon (two signs) stands on which siding (one sign). Dice have written it, once for all:
 * the first wagons of a longer register are those of a shorter one.
 */
export function register(wagons: number): { wagon: string; siding: string }[] {
  const next = uniforms(1, 'register');
  const left = signs.flatMap((first) => signs.map((second) => first + second));
  return Array.from({ length: wagons }, () => {
    const at = below(next, left.length);
    const wagon = left[at];
    left[at] = left[left.length - 1];
    left.pop();
    return { wagon, siding: signs[below(next, signs.length)] };
  });
}

/** Lowest loss per character in nats for who knows the register: a line is four characters. */
export const lowestLoss = (given?: TaskOptions): number =>
  Math.log(resolve(options, given).wagons) / 4;

/** Rows of length + 1 characters: a line end, then lines of the register, each as likely as any. */
export function rowsOf(seed: number, rows: number, given?: TaskOptions): Int32Array {
  const { wagons, length } = resolve(options, given);
  const book = register(wagons);
  const next = uniforms(seed, 'register.rows');
  const tokens = new Int32Array(rows * (length + 1));
  for (let row = 0; row < rows; row++) {
    let text = '\n';
    while (text.length < length + 1) {
      const { wagon, siding } = book[below(next, wagons)];
      text += `${wagon}${siding}\n`;
    }
    tokens.set(encode(text.slice(0, length + 1)), row * (length + 1));
  }
  return tokens;
}

/**
 * Lines like `k7m`: wagon k7 stands on siding m. There is no rule in it, so it can only be known
 * by heart: a siding is ln 35 nats. Made for this course.
 */
export default {
  name: 'register',
  label: 'The register of wagons',
  kind: 'tokens',
  options,

  shape(given) {
    const { length } = resolve(options, given);
    return { inputs: length, outputs: length, words: characters };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    if (part === 'unseen')
      throw new Error('The register has no unseen part: what was never seen cannot be known.');
    const { length } = resolve(options, given);
    const tokens = rowsOf(seed, rows, given);
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    for (let row = 0; row < rows; row++) {
      const at = row * (length + 1);
      inputs.set(tokens.subarray(at, at + length), row * length);
      targets.set(tokens.subarray(at + 1, at + 1 + length), row * length);
    }
    return { rows, inputs, targets };
  },
} satisfies Task as Task;
