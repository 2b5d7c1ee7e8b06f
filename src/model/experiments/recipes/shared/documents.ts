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
export const unseenDocuments = 128;

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

export function documentsOf(overlap: number, documents: number, seed: number) {
  // Worlds are numbered from 1 to 999.
  const world = 1 + ((seed + 998) % 999);
  const rules = tables({ overlap, vocabulary, world });
  const write = (corpus: number, count: number, part: string) =>
    tf.tidy(() =>
      tf.tensor2d(
        Array.from({ length: count }, (_, i) => [
          ...walk(
            rules[corpus],
            vocabulary,
            length + 1,
            chance,
            uniforms(world, `recipes.${part}.${corpus}.${i}`),
          ),
        ]),
        [count, length + 1],
        'int32',
      ),
    );
  const both = (count: number, part: string) => [0, 1].map((corpus) => write(corpus, count, part));
  const learned = both(documents, 'document');
  const unseen = both(unseenDocuments, 'unseen');
  const square = (of: (row: number, column: number) => number) =>
    tf.tensor2d(
      Float32Array.from({ length: length * length }, (_, i) =>
        of(Math.floor(i / length), i % length),
      ),
      [length, length],
    );
  const before = square((row, column) => (row - 1 === column ? 1 : 0));
  const soFar = square((row, column) => (column <= row ? 1 / (row + 1) : 0));
  // What follows the first word cannot be known by anybody: it does not count.
  const counted = tf.tensor2d(
    Float32Array.from({ length }, (_, i) => (i >= 1 ? length / (length - 1) : 0)),
    [1, length],
  );

  /** Documents [n, 33] int32 → what is seen at each of their places, and what follows there. */
  function read(documents: tf.Tensor2D): Rows {
    const [n] = documents.shape;
    const said = tf.reshape(tf.slice(documents, [0, 0], [n, length]), [-1]) as tf.Tensor1D;
    const next = tf.reshape(tf.slice(documents, [0, 1], [n, length]), [-1]) as tf.Tensor1D;
    const word = tf.reshape(tf.oneHotRows(said, vocabulary), [n, length, vocabulary]);
    const over = (matrix: tf.Tensor2D) =>
      tf.matMul(tf.tile(tf.expandDims(matrix, 0), [n, 1, 1]), word);
    const counts = tf.mul(over(soFar), Math.sqrt(vocabulary));
    const x = tf.reshape(tf.concat([word, over(before), counts], 2), [n * length, dim]);
    return { x: x as tf.Tensor2D, next };
  }

  return {
    read,
    /** Unseen documents of one corpus. */
    unseen: (corpus: number) => unseen[corpus] as tf.Tensor2D,

    /** [rows, 33]: documents drawn anew in each step. */
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
    mean: (costs: tf.Tensor): tf.Scalar =>
      tf.mean(tf.mul(tf.reshape(costs, [-1, length]), counted)) as tf.Scalar,

    dispose: () => tf.dispose([...learned, ...unseen, before, soFar, counted]),
  };
}

export type Documents = ReturnType<typeof documentsOf>;

/** The loss of logits [places, words]. */
export const lossOf = (documents: Documents, logits: tf.Tensor2D, next: tf.Tensor1D): tf.Scalar =>
  documents.mean(crossEntropy.perToken(logits, next));

/** The same of logarithms of probabilities: what several say together. */
export const costOf = (documents: Documents, logs: tf.Tensor2D, next: tf.Tensor1D): tf.Scalar =>
  documents.mean(tf.neg(tf.sum(tf.mul(tf.oneHotRows(next, vocabulary), logs), 1)));
