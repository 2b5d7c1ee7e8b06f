/**
 * Clustered regression with a common part, the task on which routing collapses or does not.
 * Tokens come from 16 clusters; the answer has a part that is the same for every token and a
 * smaller part that is a linear map of its own in each cluster. All tokens also share one
 * direction, as the hidden states of a language model do (ethayarajh2019).
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
const goalSize = 2;
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

export interface ClusterOptions {
  /** Sizes of the direction and of the answer that tokens share, as a part of those above. */
  common?: number;
  /**
   * How unevenly clusters are drawn: the r-th has a share in proportion to 1 / r^skew. 0 draws all
   * alike, 1 is Zipf's law.
   */
  skew?: number;
}

/** The world of a seed: where its clusters lie, the common map of all, and each one's own. */
export function create(seed: number, { common = 1, skew = 0 }: ClusterOptions = {}): Clusters {
  const { centers, answers, maps, borders } = tf.tidy(() => {
    const direction = normal<tf.Rank.R2>([1, dim], 1, seed, 'clusters.shared');
    const goal = normal<tf.Rank.R2>([1, out], 1, seed, 'clusters.common');
    return {
      centers: tf.add(
        normal<tf.Rank.R2>([clusters, dim], 1, seed, 'clusters.centers'),
        tf.mul(direction, tf.div(common * offset, tf.norm(direction))),
      ), // [clusters, dim]
      answers: tf.add(
        normal<tf.Rank.R2>([clusters, out], own, seed, 'clusters.answers'),
        tf.mul(goal, tf.div(common * goalSize * Math.sqrt(out), tf.norm(goal))),
      ), // [clusters, out]
      maps: normal<tf.Rank.R3>([clusters, dim, out], own * dim ** -0.5, seed, 'clusters.maps'),
      borders: tf.tensor2d(running(shares(skew)).slice(0, -1), [1, clusters - 1]),
    };
  });
  return {
    batch(tokens, random) {
      const drawn = tf.randomUniform<tf.Rank.R2>([tokens, 1], random, 'clusters.ids', 0, 1);
      const passed = tf.sum(tf.step(tf.sub(drawn, borders)), 1); // [tokens]: borders below the draw
      const ids = tf.cast(passed, 'int32') as tf.Tensor1D;
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
    dispose: () => tf.dispose([centers, answers, maps, borders]),
  };
}

/** How often each cluster is drawn, the most frequent first, summing to 1. */
export function shares(skew: number): number[] {
  const weights = Array.from({ length: clusters }, (_, i) => (i + 1) ** -skew);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Sums of the first 1, 2, … numbers. */
function running(values: number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
