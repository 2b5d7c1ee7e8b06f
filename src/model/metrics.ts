/**
 * How evenly a batch was routed. All on the device, none with a gradient worth using. A `load` is
 * what the function of that name gives: shares [experts] that sum to 1, or to 0.
 */
import * as tf from '../tensor/tf';
import { normalised } from './score-shares';
import type { Routing } from './types';

/** How many assignments each expert got, [experts]: whole numbers. mask [tokens, experts]. */
export function counts(mask: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(mask, 0);
}

/**
 * Each expert's share of the assignments, [experts], summing to 1; all 0 where there are none (a
 * router may choose nobody). mask [tokens, experts].
 */
export function load(mask: tf.Tensor2D): tf.Tensor1D {
  return tf.div(counts(mask), tf.maximum(tf.sum(mask), 1));
}

/**
 * How far the busiest expert is above its fair share, as a multiple of it: 0 even, E − 1 collapsed,
 * −1 where nothing is assigned. load [experts] → a scalar. wang2024, eq. 4.
 */
export function maxVio(load: tf.Tensor1D): tf.Scalar {
  return tf.sub(tf.mul(tf.max(load), load.shape[0]), 1);
}

/**
 * Standard deviation of the load over its mean: 0 even, and where nothing is assigned.
 * load [experts] → a scalar.
 */
export function variation(load: tf.Tensor1D): tf.Scalar {
  const { mean, variance } = tf.moments(load);
  return tf.div(tf.sqrt(variance), tf.maximum(mean, 1e-12));
}

/** Entropy of the load in nats: ln E even, 0 collapsed on one expert. load [experts] → a scalar. */
export function loadEntropy(load: tf.Tensor1D): tf.Scalar {
  return tf.neg(tf.sum(tf.mul(load, tf.log(tf.add(load, 1e-12)))));
}

/**
 * Mean over the tokens of the entropy of their scores, in nats. Scores need not sum to 1; a token
 * without any counts as 0. scores [tokens, experts] → a scalar.
 */
export function scoreEntropy({ scores }: Pick<Routing, 'scores'>): tf.Scalar {
  const p = normalised(scores);
  return tf.neg(tf.mean(tf.sum(tf.mul(p, tf.log(tf.add(p, 1e-12))), 1)));
}

/**
 * Number of experts whose share is below `share` of a fair one, by more than rounding.
 * load [experts] → a scalar.
 */
export function deadExperts(load: tf.Tensor1D, share = 0.02): tf.Scalar {
  const bar = (share / load.shape[0]) * (1 - 2 ** -20);
  return tf.sum(tf.step(tf.sub(bar, load)));
}

/** Share of the assignments that the capacity turned away: 0 if none. Both [tokens, experts]. */
export function droppedShare(chosen: tf.Tensor2D, kept: tf.Tensor2D): tf.Scalar {
  const all = tf.sum(chosen);
  return tf.div(tf.sub(all, tf.sum(kept)), tf.maximum(all, 1));
}
