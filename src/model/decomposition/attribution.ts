/**
 * How much each component matters for each case: how far the target's outputs would move, to first
 * order, if its parameters moved along the component. braun2025, the gradient attributions.
 */

import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { type ComponentsConfig, dense } from './components';
import type { Recipe, Steps } from './recipe';

/** A value and its derivative along every component. */
interface Moving {
  /** [cases, width] */
  value: tf.Tensor2D;
  /** [components, cases, width]; absent while nothing has depended on the parameters. */
  change?: tf.Tensor3D;
}

/** The recipe with derivatives carried along, for all components at once (forward mode). */
function alongComponents(
  target: Params,
  components: Params,
  config: ComponentsConfig,
): Steps<Moving> {
  const { components: count } = config;
  return {
    times(matrix, { value, change }, transposed = false) {
      const weight = target[matrix] as tf.Tensor2D;
      const every = tf.tile(tf.expandDims(value, 0), [count, 1, 1]); // the gradient of a product undoes no broadcasting
      const direct = tf.matMul(every, dense(components, matrix, config), false, transposed);
      const product = tf.matMul(value, weight, false, transposed) as tf.Tensor2D;
      if (!change) return { value: product, change: direct as tf.Tensor3D };
      const [, cases, width] = change.shape;
      const rows = tf.reshape(change, [count * cases, width]) as tf.Tensor2D;
      const passed = tf.matMul(rows, weight, false, transposed);
      return {
        value: product,
        change: tf.add(direct, tf.reshape(passed, direct.shape)) as tf.Tensor3D,
      };
    },
    plus: (bias, { value, change }) => ({ value: tf.add(value, target[bias]), change }),
    relu: ({ value, change }) => ({
      value: tf.relu(value),
      change: change && (tf.mul(change, tf.expandDims(tf.step(value), 0)) as tf.Tensor3D),
    }),
  };
}

/**
 * Attribution of each component for each case, [cases, components]: the mean over the outputs of
 * (Σ ∂output/∂parameter · component)², at the target's parameters. x [cases, inputs]. A root, as
 * taken elsewhere, would change no order.
 */
export function attributions(
  recipe: Recipe,
  target: Params,
  components: Params,
  config: ComponentsConfig,
  x: tf.Tensor2D,
): tf.Tensor2D {
  const { change } = recipe.run(alongComponents(target, components, config), { value: x });
  if (!change)
    throw new Error('The network uses none of its matrices: there is nothing to attribute.');
  return tf.transpose(tf.mean(tf.square(change), 2)) as tf.Tensor2D;
}

/**
 * Which components count for which case, [cases, components] of 0 and 1: the `perCase` · cases
 * largest attributions of the whole batch, so that a case may have more of them than another.
 * braun2025, batch top-k. No gradient passes.
 */
export function batchTopK(attributions: tf.Tensor2D, perCase: number): tf.Tensor2D {
  const [cases, components] = attributions.shape;
  const chosen = Math.round(perCase * cases);
  if (!(chosen >= 1 && chosen <= cases * components))
    throw new Error(
      `Of ${components} components, ${perCase} cannot count per case: take a number above 0 and up to ${components}.`,
    );
  const inOneRow = tf.reshape(attributions, [1, cases * components]) as tf.Tensor2D;
  return tf.reshape(tf.topKMask(inOneRow, chosen), [cases, components]);
}

/**
 * `attributions` and `batchTopK` in one, as a constant: what the losses need. x [cases, inputs] →
 * [cases, components] of 0 and 1. Throws as they do.
 */
export function chooseComponents(
  recipe: Recipe,
  target: Params,
  components: Params,
  config: ComponentsConfig,
  x: tf.Tensor2D,
  perCase: number,
): tf.Tensor2D {
  const names = Object.keys(components);
  return tf.withoutGradient(
    (...values: tf.Tensor[]) => {
      const plain = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      return batchTopK(attributions(recipe, target, plain, config, x), perCase);
    },
    ...Object.values(components),
  );
}
