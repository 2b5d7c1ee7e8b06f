/**
 * Who chooses a character's experts, and by what: the learned router of the layer's input, and what
 * it is held against. Each takes one thing away from it, or from the table that dice have filled.
 */

import { normal } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import bias from '../../../balancing/bias';
import none from '../../../balancing/none';
import * as embedding from '../../../layers/embedding';
import { window } from '../../../networks/multi-token';
import hash from '../../../routers/hash';
import random from '../../../routers/random';
import sigmoid from '../../../routers/sigmoid-normalised';
import type { Balancer, Router } from '../../../types';
import { length } from './corpus';

export interface Chooser {
  router: Router;
  balancer: Balancer;
  /** What a table looks at, [tokens] of rows [sequences, length + 1]: the character unless said. */
  identities?(rows: tf.Tensor2D): tf.Tensor1D;
  /** True for weights that stay as they were drawn. */
  frozen?(name: string): boolean;
}

/** A chooser by its name in the settings, for a vocabulary of so many characters. */
export function chooserOf(name: string, words: number): Chooser {
  const all: Record<string, Chooser> = {
    router: { router: sigmoid, balancer: bias },
    frozen: {
      router: sigmoid,
      balancer: bias,
      frozen: (weight) => weight.endsWith('router.weight'),
    },
    table: { router: hash, balancer: none },
    'learned-table': { router: byCharacter(words), balancer: bias },
    before: { router: hash, balancer: none, identities: (rows) => charactersBefore(rows, words) },
    place: { router: hash, balancer: none, identities: places },
    anew: { router: random, balancer: none },
  };
  return all[name];
}

/** As the learned router, but what it sees of a token is which character it is: 1 row of logits each. */
const byCharacter = (words: number): Router => ({
  ...sigmoid,
  name: 'by-character',
  label: 'a learned table',
  needs: ['tokenIds'],
  init: (_dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([words, experts], 1, seed, 'router.weight'),
  }),
  route: (input) =>
    sigmoid.route({
      ...input,
      logits: embedding.forward({ weight: input.params['router.weight'] }, input.tokenIds!),
    }),
});

/** The character before each of a row's; the first has none and gets a number of its own. */
function charactersBefore(rows: tf.Tensor2D, words: number): tf.Tensor1D {
  const first = tf.fill([rows.shape[0], 1], words, 'int32');
  return window(tf.concat([first, rows], 1) as tf.Tensor2D, 0, length);
}

/** What the table by place looks at, [sequences · length]: 0 … length − 1, over and over. */
export function places(rows: tf.Tensor2D): tf.Tensor1D {
  const tokens = rows.shape[0] * length;
  return tf.tensor1d(
    Array.from({ length: tokens }, (_, token) => token % length),
    'int32',
  );
}
