/**
 * A phone book to learn by heart: random names with random numbers. Nothing can be worked out, so
 * what is recalled measures what fits into the parameters. jelassi2024, the phone-book task.
 */
import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { below, checkRows, resolve } from './rules/options';

const options = {
  entries: { kind: 'number', label: 'entries', min: 1, max: 4096, default: 256, integer: true },
  letters: { kind: 'number', label: 'letters', min: 2, max: 26, default: 26, integer: true },
  name: { kind: 'number', label: 'letters of a name', min: 1, max: 8, default: 4, integer: true },
  digits: { kind: 'number', label: 'digits', min: 1, max: 8, default: 4, integer: true },
  book: { kind: 'number', label: 'which book', min: 1, max: 999, default: 1, integer: true },
} as const;

function checked(given?: TaskOptions) {
  const chosen = resolve(options, given);
  const names = chosen.letters ** chosen.name;
  if (names < chosen.entries)
    throw new Error(
      `${chosen.letters} letters make ${names} names of ${chosen.name}; that is too few for ${chosen.entries} entries.`,
    );
  return chosen;
}

/**
 * The book: one row of tokens per entry, name, colon, number. Letters are tokens from 0, then ten
 * digits, then the colon. All names differ; numbers may repeat.
 */
export function book(given?: TaskOptions): Int32Array[] {
  const { entries, letters, name, digits, book } = checked(given);
  const next = uniforms(book, 'phone-book');
  const seen = new Set<string>();
  const rows: Int32Array[] = [];
  while (rows.length < entries) {
    const spelt = Array.from({ length: name }, () => below(next, letters));
    if (seen.has(spelt.join())) continue;
    seen.add(spelt.join());
    const number = Array.from({ length: digits }, () => letters + below(next, 10));
    rows.push(Int32Array.from([...spelt, letters + 10, ...number]));
  }
  return rows;
}

/**
 * Name and colon, then the number digit by digit; only the digits count. Rows are drawn from the
 * book with replacement; `entries` rows or more go round all of it, from a place of the seed's.
 */
export default {
  name: 'phone-book',
  label: 'Phone book',
  source: 'jelassi2024',
  kind: 'tokens',
  options,

  shape(given) {
    const { letters, name, digits } = checked(given);
    const alphabet = Array.from({ length: letters }, (_, i) => String.fromCharCode(97 + i));
    return {
      inputs: name + digits,
      outputs: name + digits,
      words: [...alphabet, ...'0123456789', ':'],
    };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { entries, name, digits } = checked(given);
    if (part === 'unseen')
      throw new Error('A number never seen cannot be recalled: a phone book has no unseen part.');
    const next = uniforms(seed, 'phone-book.rows');
    const all = book(given);
    const length = name + digits;
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    const weights = new Float32Array(rows * length);
    const first = below(next, entries);
    for (let row = 0; row < rows; row++) {
      const entry = all[rows >= entries ? (first + row) % entries : below(next, entries)];
      inputs.set(entry.subarray(0, length), row * length);
      targets.set(entry.subarray(1), row * length);
      weights.fill(1, row * length + name, (row + 1) * length);
    }
    return { rows, inputs, targets, weights };
  },
} satisfies Task as Task;
