/**
 * Clustered regression with a common part, the task on which routing collapses or does not.
 * Tokens come from 16 clusters; the answer has a part that is the same for every token and a
 * smaller part that is a linear map of its own in each cluster. All tokens also share one
 * direction, as the hidden states of a language model do.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { RandomKey } from '../types';

export const clusters = 16;
/** Width of a token and of an answer. */
export const dim = 8;
export const out = 4;

/** Length of the direction that all tokens share. */
const offset = 4;
/** Spread of the tokens of a cluster. */
const noise = 0.5;
/** Root mean square of the part of the answer that is common to all tokens. */
const common = 2;
/** Size of the part that is the cluster's own. */
const own = 0.6;

/**
 * Variance of the own part: a squared error of this size is what answering with the common part
 * alone leaves, so losses are given in units of it.
 */
export const ownVariance = 2 * own ** 2;

export interface Clusters {
  /** A fresh batch: x [tokens, dim], y [tokens, out]. */
  batch(tokens: number, random: RandomKey): { x: tf.Tensor2D; y: tf.Tensor2D };
  /** Tokens for looking at: the same each time, cluster after cluster, [clusters · each, dim]. */
  specimens(each: number): tf.Tensor2D;
  dispose(): void;
}

export function create(seed: number): Clusters {
  const { centers, answers, maps } = tf.tidy(() => {
    const shared = normal<tf.Rank.R2>([1, dim], 1, seed, 'clusters.shared');
    const goal = normal<tf.Rank.R2>([1, out], 1, seed, 'clusters.common');
    return {
      centers: tf.add(
        normal<tf.Rank.R2>([clusters, dim], 1, seed, 'clusters.centers'),
        tf.mul(shared, tf.div(offset, tf.norm(shared))),
      ), // [clusters, dim]
      answers: tf.add(
        normal<tf.Rank.R2>([clusters, out], own, seed, 'clusters.answers'),
        tf.mul(goal, tf.div(common * Math.sqrt(out), tf.norm(goal))),
      ), // [clusters, out]
      maps: normal<tf.Rank.R3>([clusters, dim, out], own * dim ** -0.5, seed, 'clusters.maps'),
    };
  });
  return {
    batch(tokens, random) {
      const ids = tf.randomInt<tf.Rank.R1>([tokens], random, 'clusters.ids', clusters);
      const place = tf.randomNormal<tf.Rank.R2>([tokens, dim], random, 'clusters.place');
      const x = tf.add(tf.gather(centers, ids), tf.mul(place, noise)); // [tokens, dim]
      const local = tf.sum(tf.mul(tf.expandDims(place, 2), tf.gather(maps, ids)), 1); // [tokens, out]
      return { x: x as tf.Tensor2D, y: tf.add(tf.gather(answers, ids), local) as tf.Tensor2D };
    },
    specimens: (each) =>
      tf.tidy(() => {
        const places = normal<tf.Rank.R3>([clusters, each, dim], noise, seed, 'clusters.specimens');
        return tf.reshape(tf.add(tf.expandDims(centers, 1), places), [clusters * each, dim]);
      }),
    dispose: () => tf.dispose([centers, answers, maps]),
  };
}
