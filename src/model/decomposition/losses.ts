/**
 * The three losses of attribution-based parameter decomposition. braun2025, §2. A decomposition is
 * faithful if its components sum to the network, minimal if few of them do the work of a case, and
 * simple if each is of low rank and size.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { chooseComponents } from './attribution';
import { type ComponentsConfig, factors, total, withComponents } from './components';
import { type Recipe, withWeights } from './recipe';

/** Keeps the slope of a root finite at 0. */
const EPSILON = 1e-12;

/** Mean over all decomposed parameters of (target − sum of the components)². */
export function faithfulness(
  { matrices }: Pick<Recipe, 'matrices'>,
  target: Params,
  components: Params,
): tf.Scalar {
  const names = Object.keys(matrices);
  const size = names.reduce((sum, name) => sum + matrices[name][0] * matrices[name][1], 0);
  const errors = names.map((name) =>
    tf.sum(tf.squaredDifference(target[name], total(components, name))),
  );
  return tf.div(tf.addN(errors), size);
}

/**
 * Mean over cases and outputs of (target's output − output with the chosen components alone)².
 * x [cases, inputs], chosen [cases, components].
 */
export function minimality(
  recipe: Recipe,
  target: Params,
  components: Params,
  config: ComponentsConfig,
  x: tf.Tensor2D,
  chosen: tf.Tensor2D,
): tf.Scalar {
  const wanted = recipe.run(withWeights(target), x);
  const said = recipe.run(withComponents(components, chosen, target, config), x);
  return tf.mean(tf.squaredDifference(wanted, said));
}

/**
 * Σ over matrices and rank-1 terms of (‖left‖ · ‖right‖)^power, [components]. Never below the
 * component's Schatten norm Σ |singular value|^power (power at most 1), and equal to it when the
 * terms are orthogonal, so that lowering the one lowers the other without a singular value
 * decomposition on the tape.
 */
export function complexity(
  { matrices }: Pick<Recipe, 'matrices'>,
  components: Params,
  { components: count, rank }: ComponentsConfig,
  power: number,
): tf.Tensor1D {
  if (!(power > 0 && power <= 1))
    throw new Error(
      `The power of a component's complexity is above 0 and at most 1; it is ${power}.`,
    );
  const perMatrix = Object.keys(matrices).map((name) => {
    const { left, right } = factors(components, name);
    const squares = tf.mul(tf.sum(tf.square(left), 0), tf.sum(tf.square(right), 1)); // [components · rank]
    const terms = tf.pow(tf.add(squares, EPSILON), power / 2);
    return tf.sum(tf.reshape(terms, [count, rank]), 1);
  });
  return tf.addN(perMatrix) as tf.Tensor1D;
}

/** Complexity of what is used: mean over the cases of the sum over their chosen components. */
export function simplicity(complexities: tf.Tensor1D, chosen: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.sum(tf.mul(chosen, complexities)), chosen.shape[0]);
}

export interface DecompositionConfig extends ComponentsConfig {
  /** Components per case, on average over a batch. */
  perCase: number;
  /** Power of the Schatten norm, below 1 so that one large singular value is cheaper than two. */
  power: number;
  /** Whose gradients attribute: the target's, or those of the components' sum; the target's unless said. */
  attributedBy?: 'target' | 'sum';
}

/** The target with the sum of the components in place of each decomposed matrix. */
export function summed(
  { matrices }: Pick<Recipe, 'matrices'>,
  target: Params,
  components: Params,
): Params {
  const sums = Object.keys(matrices).map((name) => [name, total(components, name)]);
  return { ...target, ...Object.fromEntries(sums) };
}

/** The three losses on one batch, and what was chosen. Differentiable in the components. */
export function losses(
  recipe: Recipe,
  target: Params,
  components: Params,
  config: DecompositionConfig,
  x: tf.Tensor2D,
) {
  const by = config.attributedBy === 'sum' ? summed(recipe, target, components) : target;
  const chosen = chooseComponents(recipe, by, components, config, x, config.perCase);
  return {
    chosen,
    faithfulness: faithfulness(recipe, target, components),
    minimality: minimality(recipe, target, components, config, x, chosen),
    simplicity: simplicity(complexity(recipe, components, config, config.power), chosen),
  };
}
