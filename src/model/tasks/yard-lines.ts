import type { Task } from '../types';
import { checkRows, resolve } from './rules/options';
import { characters, kinds, rowsOf } from './yard';

const options = {
  length: { kind: 'number', label: 'length', min: 4, max: 256, default: 64, integer: true },
} as const;

/**
 * The yard's lines, character by character: at each place the next character. Groups are the six
 * kinds of lines. Made for this course.
 */
export default {
  name: 'yard-lines',
  label: 'The yard’s lines',
  kind: 'tokens',
  options,
  unseen: 'lines written anew, and fifteen sums of a hundred that are never trained on',

  shape(given) {
    const { length } = resolve(options, given);
    return {
      inputs: length,
      outputs: length,
      words: characters,
      groups: kinds.map(({ name }) => name),
    };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { length } = resolve(options, given);
    const { tokens, groups } = rowsOf(seed, rows, length, part);
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    for (let row = 0; row < rows; row++) {
      const at = row * (length + 1);
      inputs.set(tokens.subarray(at, at + length), row * length);
      targets.set(tokens.subarray(at + 1, at + 1 + length), row * length);
    }
    return { rows, inputs, targets, groups };
  },
} satisfies Task as Task;
