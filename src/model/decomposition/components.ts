/**
 * Components of a network's parameters, each the size of the whole network, held as sums of rank-1
 * terms: component c of a matrix is Σ left · right over its `rank` terms. All components lie side
 * by side, so that any choice of them per case is two plain products.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import type { Recipe, Steps } from './recipe';

export interface ComponentsConfig {
  /** How many components. */
  components: number;
  /** Rank-1 terms of each component, in each matrix. */
  rank: number;
}

/**
 * For each matrix [rows, columns] "NAME.left" [rows, components · rank] and "NAME.right"
 * [components · rank, columns], terms of a component next to each other. Random, so that the sum
 * of all components has about the given deviation in each entry.
 */
export function init(
  { matrices }: Pick<Recipe, 'matrices'>,
  { components, rank }: ComponentsConfig,
  seed: number,
  deviation = 0.3,
): Params {
  const terms = components * rank;
  if (!(Number.isInteger(terms) && terms >= 1))
    throw new Error(
      `There must be at least one component of rank 1; asked for ${components} of rank ${rank}.`,
    );
  const factor = Math.sqrt(deviation) * terms ** -0.25;
  return Object.fromEntries(
    Object.entries(matrices).flatMap(([name, [rows, columns]]) => [
      [`${name}.left`, normal<tf.Rank.R2>([rows, terms], factor, seed, `${name}.left`)],
      [`${name}.right`, normal<tf.Rank.R2>([terms, columns], factor, seed, `${name}.right`)],
    ]),
  );
}

/** One matrix of every component, written out: [components, rows, columns]. */
export function dense(components: Params, matrix: string, { rank }: ComponentsConfig): tf.Tensor3D {
  const { left, right } = factors(components, matrix);
  const [rows, terms] = left.shape;
  const byComponent = tf.transpose(tf.reshape(left, [rows, terms / rank, rank]), [1, 0, 2]);
  return tf.matMul(byComponent, tf.reshape(right, [terms / rank, rank, -1])) as tf.Tensor3D;
}

/** The sum of all components of one matrix: [rows, columns]. */
export function total(components: Params, matrix: string): tf.Tensor2D {
  const { left, right } = factors(components, matrix);
  return tf.matMul(left, right);
}

/**
 * The recipe with some components per case: chosen [cases, components] is 1 for those that count.
 * Values are [cases, width]. Biases are the target's.
 */
export function withComponents(
  components: Params,
  chosen: tf.Tensor2D,
  target: Params,
  { rank }: ComponentsConfig,
): Steps<tf.Tensor2D> {
  const [cases, count] = chosen.shape;
  const perTerm = tf.reshape(tf.tile(tf.expandDims(chosen, 2), [1, 1, rank]), [
    cases,
    count * rank,
  ]) as tf.Tensor2D;
  return {
    times(matrix, value, transposed = false) {
      const { left, right } = factors(components, matrix);
      const [inward, outward] = transposed ? [right, left] : [left, right];
      const terms = tf.matMul(value, inward, false, transposed); // [cases, components · rank]
      return tf.matMul(tf.mul(terms, perTerm) as tf.Tensor2D, outward, false, transposed);
    },
    plus: (bias, value) => tf.add(value, target[bias]),
    relu: (value) => tf.relu(value),
  };
}

/** The two factors of a matrix's components. */
export const factors = (components: Params, matrix: string) => ({
  left: components[`${matrix}.left`] as tf.Tensor2D,
  right: components[`${matrix}.right`] as tf.Tensor2D,
});
