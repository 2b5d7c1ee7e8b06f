/**
 * Sequences in which the last one or two tokens almost settle the next: a rule table with some
 * chance. What tasks with latent domains are made of, because their best possible loss is known.
 */
import { below } from './options';

/** The next token for each context: the last token, or last · vocabulary + the one before. */
export type Successors = Int32Array;

/** A table drawn at random: contexts → tokens. */
export const randomSuccessors = (
  contexts: number,
  vocabulary: number,
  next: () => number,
): Successors => Int32Array.from({ length: contexts }, () => below(next, vocabulary));

/**
 * `length` tokens: the first by chance, then the table's with probability 1 − chance, else any
 * token alike. A table with vocabulary² entries looks at the last two tokens.
 */
export function walk(
  table: Successors,
  vocabulary: number,
  length: number,
  chance: number,
  next: () => number,
): Int32Array {
  const order = table.length === vocabulary ? 1 : 2;
  const tokens = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const free = i < order || next() < chance;
    const context = order === 1 ? tokens[i - 1] : tokens[i - 1] * vocabulary + tokens[i - 2];
    tokens[i] = free ? below(next, vocabulary) : table[context];
  }
  return tokens;
}

/** Lowest reachable loss per token in nats, for one who knows the table: the entropy of the chance. */
export function walkEntropy(vocabulary: number, chance: number): number {
  const term = (p: number) => (p > 0 ? -p * Math.log(p) : 0);
  const other = chance / vocabulary;
  return term(1 - chance + other) + (vocabulary - 1) * term(other);
}
