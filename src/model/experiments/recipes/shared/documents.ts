/**
 * Documents of two corpora, and what a model sees of them. A place of a document is three groups of
 * numbers: which word stands there, which before it, and how often each word has come so far. The
 * counts are there so that a model can find out which corpus it is in.
 */
import { uniforms } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import * as crossEntropy from '../../../layers/cross-entropy';
import { walk } from '../../../tasks/rules/markov';
import { lowestLoss, tables } from '../../../tasks/two-corpora';
import type { RandomKey } from '../../../types';

export const vocabulary = 12;
/** Words of a document that something follows. */
export const length = 32;
const chance = 0.1;
/** Numbers that a model sees at a place. */
export const dim = 3 * vocabulary;
/** Unseen documents of each corpus. */
export const unseenDocuments = 64;

/** The best possible loss, for one who knows the corpus and its rules. */
export const floor = lowestLoss({ vocabulary, chance });

export interface Rows {
  /** [places, 36] */
  x: tf.Tensor2D;
  /** [places] int32: the words that follow. */
  next: tf.Tensor1D;
}

/** Whose documents: A's, B's, or as many of each. */
export type Whose = 0 | 1 | 'both';

/** A word that is none: what stands before the first of a document. */
const nothing = vocabulary;

/** How many documents are read at once: in a step, and of the unseen ones. */
const readAtOnce = [16, 32, unseenDocuments];

export function documentsOf(overlap: number, documents: number, seed: number) {
  // Worlds are numbered from 1 to 999.
  const world = 1 + ((seed + 998) % 999);
  const rules = tables({ overlap, vocabulary, world });
  const write = (corpus: number, count: number, part: string): tf.Tensor2D =>
    tf.tensor2d(
      Array.from({ length: count }, (_, i) => {
        const next = uniforms(world, `recipes.${part}.${corpus}.${i}`);
        return [nothing, ...walk(rules[corpus], vocabulary, length + 1, chance, next)];
      }),
      [count, length + 2],
      'int32',
    );
  const learned = [0, 1].map((corpus) => write(corpus, documents, 'document'));
  // Where each of the three groups of numbers stands among the 36.
  const places = [0, 1, 2].map((group) =>
    tf.tensor2d(
      Float32Array.from({ length: vocabulary * dim }, (_, i) =>
        (i % dim) - group * vocabulary === Math.floor(i / dim)
          ? group === 2
            ? Math.sqrt(vocabulary)
            : 1
          : 0,
      ),
      [vocabulary, dim],
    ),
  );
  const soFar = Float32Array.from({ length: length * length }, (_, i) => {
    const [row, column] = [Math.floor(i / length), i % length];
    return column <= row ? 1 / (row + 1) : 0;
  });
  // What follows the first word cannot be known by anybody: it does not count.
  const counted = Float32Array.from({ length }, (_, i) => (i >= 1 ? 1 / (length - 1) : 0));
  const repeated = (values: Float32Array, times: number) =>
    Float32Array.from({ length: times * values.length }, (_, i) => values[i % values.length]);
  const of = new Map(
    readAtOnce.map((n) => [
      n,
      {
        soFar: tf.tensor3d(repeated(soFar, n), [n, length, length]),
        counted: tf.tensor1d(repeated(counted, n).map((share) => share / n)),
      },
    ]),
  );

  /** Documents [n, 34] int32 → what is seen at each of their places, and what follows there. */
  function read(documents: tf.Tensor2D): Rows {
    const [n] = documents.shape;
    const column = (from: number) =>
      tf.reshape(tf.slice(documents, [0, from], [n, length]), [-1]) as tf.Tensor1D;
    const before = tf.oneHotRows(column(0), vocabulary);
    const word = tf.oneHotRows(column(1), vocabulary);
    const shares = tf.matMul(of.get(n)!.soFar, tf.reshape(word, [n, length, vocabulary]));
    const groups = [word, before, tf.reshape(shares, [-1, vocabulary]) as tf.Tensor2D];
    return {
      // Products put them beside each other faster than joining does.
      x: tf.addN(groups.map((group, i) => tf.matMul(group, places[i]))) as tf.Tensor2D,
      next: column(2),
    };
  }

  const unseen = [0, 1].map((corpus) => write(corpus, unseenDocuments, 'unseen'));
  const unseenRows = unseen.map((documents) => tf.tidy(() => ({ ...read(documents) })) as Rows);

  return {
    read,
    /** Unseen documents of one corpus, and as they are read. */
    unseen: (corpus: number) => unseen[corpus],
    unseenRows: (corpus: number) => unseenRows[corpus],

    /** [rows, 34]: documents drawn anew in each step. */
    draw(whose: Whose, rows: number, random: RandomKey, stream = 'documents'): tf.Tensor2D {
      const of = (corpus: number, some: number) =>
        tf.gather(
          learned[corpus],
          tf.randomInt<tf.Rank.R1>([some], random, `${stream}.${corpus}`, documents),
        );
      if (whose !== 'both') return of(whose, rows) as tf.Tensor2D;
      return tf.concat([of(0, rows / 2), of(1, rows / 2)], 0) as tf.Tensor2D;
    },

    /** Mean of what each place costs, [places], without the first of each document. */
    mean: (costs: tf.Tensor1D): tf.Scalar =>
      tf.sum(tf.mul(costs, of.get(costs.shape[0] / length)!.counted)) as tf.Scalar,

    dispose() {
      tf.dispose([...learned, ...unseen, ...places]);
      for (const { x, next } of unseenRows) tf.dispose([x, next]);
      for (const { soFar, counted } of of.values()) tf.dispose([soFar, counted]);
    },
  };
}

export type Documents = ReturnType<typeof documentsOf>;

/** The loss of logits [places, words]. */
export const lossOf = (documents: Documents, logits: tf.Tensor2D, next: tf.Tensor1D): tf.Scalar =>
  documents.mean(crossEntropy.perToken(logits, next));

/** The same of logarithms of probabilities: what several say together. */
export const costOf = (documents: Documents, logs: tf.Tensor2D, next: tf.Tensor1D): tf.Scalar =>
  documents.mean(tf.neg(tf.sum(tf.mul(tf.oneHotRows(next, vocabulary), logs), 1)) as tf.Tensor1D);
