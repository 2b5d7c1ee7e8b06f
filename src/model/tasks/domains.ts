/**
 * Sequences from several domains with one vocabulary and a rule table each. Nothing marks the
 * domain: it has to be read off the tokens so far. For asking whether experts take a domain each.
 */

import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { randomSuccessors, walk, walkEntropy } from './rules/markov';
import { below, checkRows, resolve } from './rules/options';

const options = {
  domains: { kind: 'number', label: 'domains', min: 2, max: 8, default: 4, integer: true },
  vocabulary: { kind: 'number', label: 'tokens', min: 4, max: 64, default: 16, integer: true },
  length: { kind: 'number', label: 'length', min: 4, max: 128, default: 32, integer: true },
  chance: { kind: 'number', label: 'chance', min: 0, max: 1, default: 0.1 },
  world: { kind: 'number', label: 'which rules', min: 1, max: 999, default: 1, integer: true },
} as const;

/** Each domain's table: token → the token that follows it. */
export function tables(given?: TaskOptions): Int32Array[] {
  const { domains, vocabulary, world } = resolve(options, given);
  return Array.from({ length: domains }, (_, domain) =>
    randomSuccessors(vocabulary, vocabulary, uniforms(world, `domains.${domain}`)),
  );
}

/** Lowest loss per token in nats for one who knows domain and table. */
export function lowestLoss(given?: TaskOptions): number {
  const { vocabulary, chance } = resolve(options, given);
  return walkEntropy(vocabulary, chance);
}

/** Tokens → at each place the next one. Groups are the domains. */
export default {
  name: 'domains',
  label: 'Hidden domains',
  kind: 'tokens',
  options,
  unseen: 'other sequences of the same domains',

  shape(given) {
    const { domains, vocabulary, length } = resolve(options, given);
    return {
      inputs: length,
      outputs: length,
      words: Array.from({ length: vocabulary }, (_, token) => String(token)),
      groups: Array.from({ length: domains }, (_, i) => `domain ${String.fromCharCode(65 + i)}`),
    };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { domains, vocabulary, length, chance } = resolve(options, given);
    const next = uniforms(seed, `domains.${part}`);
    const rules = tables(given);
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    const groups = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      groups[row] = below(next, domains);
      const tokens = walk(rules[groups[row]], vocabulary, length + 1, chance, next);
      inputs.set(tokens.subarray(0, length), row * length);
      targets.set(tokens.subarray(1), row * length);
    }
    return { rows, inputs, targets, groups };
  },
} satisfies Task as Task;
