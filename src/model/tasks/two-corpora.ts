/**
 * Two corpora, A and B, of a fixed number of documents each, and a slider for how much they have
 * in common: one large model on all of it, or a specialist for each?
 *
 * A document is a sequence in which the last two tokens almost settle the next, by its corpus's
 * rule table. Overlap is the share of contexts in which both corpora follow the same rule; in the
 * others they always disagree. At 1 they are one corpus.
 */

import { hash, uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { randomSuccessors, walk, walkEntropy } from './rules/markov';
import { below, checkRows, resolve, shuffled } from './rules/options';

const options = {
  corpus: {
    kind: 'choice',
    label: 'corpus',
    options: [
      { value: 'both', label: 'A and B' },
      { value: 'a', label: 'A only' },
      { value: 'b', label: 'B only' },
    ],
    default: 'both',
  },
  overlap: { kind: 'number', label: 'overlap', min: 0, max: 1, default: 0.5 },
  documents: {
    kind: 'number',
    label: 'documents per corpus',
    min: 1,
    max: 10000,
    default: 500,
    integer: true,
  },
  vocabulary: { kind: 'number', label: 'tokens', min: 4, max: 32, default: 12, integer: true },
  length: { kind: 'number', label: 'length', min: 4, max: 128, default: 32, integer: true },
  chance: { kind: 'number', label: 'chance', min: 0, max: 1, default: 0.1 },
  world: { kind: 'number', label: 'which rules', min: 1, max: 999, default: 1, integer: true },
} as const;

/** The rule tables of A and B: last · vocabulary + the one before → the token that follows. */
export function tables(given?: TaskOptions): [Int32Array, Int32Array] {
  const { overlap, vocabulary, world } = resolve(options, given);
  const next = uniforms(world, 'two-corpora');
  const contexts = vocabulary * vocabulary;
  const a = randomSuccessors(contexts, vocabulary, next);
  // B differs by a step from 1 to vocabulary − 1, so never agrees by accident; drawn for every
  // context, so that moving the overlap changes no rule but those it must.
  const other = a.map((token) => (token + 1 + below(next, vocabulary - 1)) % vocabulary);
  const order = shuffled([...a.keys()], next);
  const b = Int32Array.from(other);
  for (const context of order.slice(0, Math.round(overlap * contexts))) b[context] = a[context];
  return [a, b];
}

/** Lowest loss per token in nats for one who knows corpus and table, from the third token on. */
export function lowestLoss(given?: TaskOptions): number {
  const { vocabulary, chance } = resolve(options, given);
  return walkEntropy(vocabulary, chance);
}

/**
 * Tokens → at each place the next one. Train rows are drawn from the documents, with replacement;
 * unseen rows are documents that belong to no corpus yet. Groups are the corpora.
 */
export default {
  name: 'two-corpora',
  label: 'Two corpora',
  kind: 'tokens',
  options,
  unseen: 'new documents by the rules of the same corpora',

  shape(given) {
    const { vocabulary, length } = resolve(options, given);
    return {
      inputs: length,
      outputs: length,
      words: Array.from({ length: vocabulary }, (_, token) => String(token)),
      groups: ['corpus A', 'corpus B'],
    };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { corpus, documents, vocabulary, length, chance, world } = resolve(options, given);
    const next = uniforms(seed, `two-corpora.${part}`);
    const rules = tables(given);
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    const groups = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      groups[row] = corpus === 'both' ? below(next, 2) : corpus === 'a' ? 0 : 1;
      const document =
        part === 'train'
          ? uniforms(hash(world), `document.${groups[row]}.${below(next, documents)}`)
          : next;
      const tokens = walk(rules[groups[row]], vocabulary, length + 1, chance, document);
      inputs.set(tokens.subarray(0, length), row * length);
      targets.set(tokens.subarray(1), row * length);
    }
    return { rows, inputs, targets, groups };
  },
} satisfies Task as Task;
