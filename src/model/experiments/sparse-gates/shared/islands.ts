/**
 * Sixteen islands of tokens, each with a constant and a linear law of its own, and nothing in
 * common: a task on which routers differ and nothing collapses. A token's identity is its island.
 */
import { normal } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import type { RandomKey } from '../../../types';

export const islands = 16;
/** Width of a token and of an answer. */
export const dim = 16;
export const out = 4;
/** Spread of the tokens around an island's centre. */
const spread = 0.5;

export interface Islands {
  /** Fresh tokens: x [tokens, dim], y [tokens, out], ids [tokens] int32. */
  batch(tokens: number, random: RandomKey): { x: tf.Tensor2D; y: tf.Tensor2D; ids: tf.Tensor1D };
  dispose(): void;
}

/** A squared error of 1 is answering with the mean of all answers. */
export function create(seed: number): Islands {
  const centres = normal<tf.Rank.R2>([islands, dim], 1, seed, 'zoo.centers');
  const laws = normal<tf.Rank.R3>([islands, dim, out], dim ** -0.5, seed, 'zoo.maps');
  const constants = normal<tf.Rank.R2>([islands, out], 1, seed, 'zoo.answers');
  return {
    batch(tokens, random) {
      const ids = tf.randomInt<tf.Rank.R1>([tokens], random, 'zoo.ids', islands);
      const place = tf.randomNormal<tf.Rank.R2>([tokens, dim], random, 'zoo.place');
      const x = tf.add(tf.gather(centres, ids), tf.mul(place, spread)) as tf.Tensor2D;
      const lawful = tf.sum(tf.mul(tf.expandDims(place, 2), tf.gather(laws, ids)), 1);
      // Constant and law have variance 1 each.
      const y = tf.div(tf.add(tf.gather(constants, ids), lawful), Math.SQRT2) as tf.Tensor2D;
      return { x, y, ids };
    },
    dispose: () => tf.dispose([centres, laws, constants]),
  };
}
