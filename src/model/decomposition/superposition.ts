/**
 * The toy model of superposition: more features than dimensions, rarely on at once, squeezed through
 * relu(Wᵀ W x + b). elhage2022. Small enough that its true components are known: one per feature.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params, RandomKey } from '../types';
import { superposition, withWeights } from './recipe';

export interface SuperpositionConfig {
  features: number;
  /** Dimensions to squeeze them into, fewer than features to be of interest. */
  dim: number;
}

/** W [dim, features], b [features]. Normal with deviation 1/√dim; biases 0. */
export function init({ features, dim }: SuperpositionConfig, seed: number): Params {
  return {
    W: normal<tf.Rank.R2>([dim, features], dim ** -0.5, seed, 'superposition.W'),
    b: tf.zeros([features]),
  };
}

/** x [cases, features] → the same features, read back: [cases, features]. */
export function forward(params: Params, x: tf.Tensor2D): tf.Tensor2D {
  const [dim, features] = params.W.shape;
  return superposition(features, dim).run(withWeights(params), x);
}

/** Mean over the cases of Σ importance · (x − read back)²; importance [features], all 1 if left out. */
export function loss(params: Params, x: tf.Tensor2D, importance?: tf.Tensor1D): tf.Scalar {
  const off = tf.squaredDifference(forward(params, x), x);
  return tf.mean(tf.sum(importance ? tf.mul(off, importance) : off, 1));
}

/**
 * Cases drawn on the device, [cases, features]: each feature on with probability `density` (1 minus
 * the sparsity), then uniform in [0, 1), else 0.
 */
export function draw(
  cases: number,
  features: number,
  density: number | tf.Scalar,
  random: RandomKey,
): tf.Tensor2D {
  const size = tf.randomUniform<tf.Rank.R2>([cases, features], random, 'features.size');
  const luck = tf.randomUniform<tf.Rank.R2>([cases, features], random, 'features.on');
  return tf.mul(size, tf.step(tf.sub(density, luck)));
}

/**
 * Parameters without training: the features as corners of a regular polygon in two dimensions, with
 * a bias that just silences the neighbours of a feature that is fully on, and leaves itself at 1.
 * Throws below 3 features.
 */
export function polygon(features: number): Params {
  if (!(Number.isInteger(features) && features >= 3))
    throw new Error(`A polygon needs 3 features or more; there are ${features}.`);
  const angles = Array.from({ length: features }, (_, i) => (2 * Math.PI * i) / features);
  // Squared length s and bias b with s + b = 1 and s · cos(one corner further) + b = 0.
  const neighbour = Math.cos(angles[1]);
  const length = Math.sqrt(1 / (1 - neighbour));
  return {
    W: tf.tensor2d([
      angles.map((angle) => length * Math.cos(angle)),
      angles.map((angle) => length * Math.sin(angle)),
    ]),
    b: tf.fill([features], -neighbour / (1 - neighbour)),
  };
}

/**
 * The true components, one per feature and of rank 1: column c of W and zeros elsewhere, in the
 * factor form of components.ts. Their sum is W.
 */
export function trueComponents({ W }: Params): Params {
  const features = W.shape[1] as number;
  return { 'W.left': tf.clone(W), 'W.right': tf.eye(features) };
}
