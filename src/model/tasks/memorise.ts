/**
 * Random strings with random classes, to be learnt by heart: the other half of the toy for
 * jelassi2024 (theorems 3.5 and 3.6). Its rows are as wide as those of set-intersection, so that
 * one model can be asked both. Every seed asks about the same strings, those of the `world`: runs
 * that should not all learn the same ones set it, to their seed for one.
 */
import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { below, checkRows, resolve } from './rules/options';

const options = {
  items: { kind: 'number', label: 'items', min: 1, max: 8192, default: 2048, integer: true },
  bits: {
    kind: 'number',
    label: 'bits of half a string',
    min: 8,
    max: 64,
    default: 16,
    integer: true,
  },
  classes: { kind: 'number', label: 'classes', min: 2, max: 16, default: 8, integer: true },
  world: { kind: 'number', label: 'which items', min: 1, max: 999, default: 1, integer: true },
} as const;

/** All items: strings [items, 2 · bits] of 0 and 1, no two alike, and the class of each. */
export function list(given?: TaskOptions): { strings: Float32Array; classes: Int32Array } {
  const { items, bits, classes, world } = resolve(options, given);
  const next = uniforms(world, 'memorise');
  const width = 2 * bits;
  const strings = new Float32Array(items * width);
  const seen = new Set<string>();
  while (seen.size < items) {
    const string = Array.from({ length: width }, () => (next() < 0.5 ? 1 : 0));
    if (seen.has(string.join(''))) continue;
    strings.set(string, seen.size * width);
    seen.add(string.join(''));
  }
  return { strings, classes: Int32Array.from({ length: items }, () => below(next, classes)) };
}

/** A string of bits → its class. `items` rows or more go round all items, from a place of the seed's. */
export default {
  name: 'memorise',
  label: 'Learn by heart',
  source: 'jelassi2024',
  kind: 'classes',
  options,

  shape(given) {
    const { bits, classes } = resolve(options, given);
    return { inputs: 2 * bits, outputs: classes };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { items, bits } = resolve(options, given);
    if (part === 'unseen')
      throw new Error('A class drawn by chance cannot be known: memorising has no unseen part.');
    const { strings, classes } = list(given);
    const next = uniforms(seed, 'memorise.rows');
    const first = below(next, items);
    const chosen = Array.from({ length: rows }, (_, row) =>
      rows >= items ? (first + row) % items : below(next, items),
    );
    const width = 2 * bits;
    const inputs = new Float32Array(rows * width);
    chosen.forEach((item, row) => {
      inputs.set(strings.subarray(item * width, (item + 1) * width), row * width);
    });
    return { rows, inputs, targets: Int32Array.from(chosen, (item) => classes[item]) };
  },
} satisfies Task as Task;
