/**
 * A network as a recipe of steps that does not say what its numbers are. The same recipe is run
 * with the target's weights, with some components of them, and with derivatives in the direction of
 * each component: three readings of one description, so that they cannot drift apart.
 */

import * as tf from '../../tensor/tf';
import type { DeepMlpConfig } from '../networks/deep-mlp';
import { layers } from '../networks/deep-mlp';
import type { Params } from '../types';

/** What a recipe may do with a value of whatever kind. */
export interface Steps<Value> {
  /** Times a matrix [rows, columns], or its transpose. */
  times(matrix: string, value: Value, transposed?: boolean): Value;
  /** Plus a bias. Biases are not decomposed: every subset of components has all of them. */
  plus(bias: string, value: Value): Value;
  relu(value: Value): Value;
}

export interface Recipe {
  /** Rows and columns of each matrix that is decomposed, by its name in the parameters. */
  matrices: Record<string, [number, number]>;
  run<Value>(steps: Steps<Value>, x: Value): Value;
}

/** The toy model of superposition: relu(Wᵀ W x + b), W [dim, features]. elhage2022. */
export function superposition(features: number, dim: number): Recipe {
  return {
    matrices: { W: [dim, features] },
    run: (steps, x) => steps.relu(steps.plus('b', steps.times('W', steps.times('W', x, true)))),
  };
}

/** A ReLU network of any depth, with the parameter names of layers/deep-mlp. */
export function reluNetwork(config: DeepMlpConfig): Recipe {
  if (config.activation !== 'relu')
    throw new Error(`Only ReLU networks are decomposed; this one uses ${config.activation}.`);
  const parts = layers(config);
  return {
    matrices: Object.fromEntries(parts.map(({ name, from, to }) => [`${name}.weight`, [from, to]])),
    run: (steps, x) =>
      parts.reduce((value, { name }) => {
        const before = steps.plus(`${name}.bias`, steps.times(`${name}.weight`, value));
        return name === 'out' ? before : steps.relu(before);
      }, x),
  };
}

/** The recipe with plain weights: values are [cases, width]. */
export function withWeights(weights: Params): Steps<tf.Tensor2D> {
  return {
    times: (matrix, value, transposed = false) =>
      tf.matMul(value, weights[matrix] as tf.Tensor2D, false, transposed),
    plus: (bias, value) => tf.add(value, weights[bias]),
    relu: (value) => tf.relu(value),
  };
}
