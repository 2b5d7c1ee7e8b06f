/**
 * Projections of the same vectors onto heads, some of them turned by their positions, in one
 * command.
 */
import * as tf from '../../core';
import { differentiables, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { tableOf, turned } from '../rope/op';
import { headsKernel } from './kernel';
import { splitHeads } from './split';
import { registerHeads } from './webgpu';

export interface Projection {
  /** [dim, heads · width] */
  weight: tf.Tensor;
  heads: number;
  /** True if its vectors are turned by their positions; all that are have one width. */
  turned?: boolean;
}

/**
 * x [sequences · length, dim] → for each projection [sequences · heads, length, width]. `angles`
 * are those of each position's planes, as ../rope/op.ts wants them, where any are turned.
 */
export function heads(
  x: tf.Tensor2D,
  projections: Projection[],
  length: number,
  angles: ArrayLike<number> = [],
): tf.Tensor3D[] {
  registerHeads();
  // For one token a new program would be waited for at every position.
  return length > 1 && hasKernel(headsKernel)
    ? inOneCommand(x, projections, length, angles)
    : definition(x, projections, length, angles);
}

/** What the kernel has to compute, and what runs where there is none. */
export const definition = (
  x: tf.Tensor2D,
  projections: Projection[],
  length: number,
  angles: ArrayLike<number>,
): tf.Tensor3D[] =>
  projections.map(({ weight, heads, turned: isTurned }) => {
    const apart = splitHeads(tf.matMul(x, weight), length, heads);
    return isTurned ? turned(apart, angles) : apart;
  });

/** x [rows, inputs] times each weight [inputs, outputs], in one command: [rows, outputs] each. */
export function products(x: tf.Tensor2D, weights: tf.Tensor[]): tf.Tensor2D[] {
  const rows = x.shape[0];
  // Heads of which each has one are products, of all rows as one sequence.
  const apart = heads(
    x,
    weights.map((weight) => ({ weight, heads: 1 })),
    rows,
  );
  return apart.map((product): tf.Tensor2D => tf.reshape(product, [rows, product.shape[2]]));
}

function inOneCommand(
  x: tf.Tensor2D,
  projections: Projection[],
  length: number,
  angles: ArrayLike<number>,
): tf.Tensor3D[] {
  const numbered = (name: string, tensors: tf.Tensor[]) =>
    Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]));
  const weights = projections.map(({ weight }) => weight);
  const inputs: Record<string, tf.Tensor> = { x, ...numbered('w', weights) };
  const attributes = {
    length,
    heads: projections.map(({ heads }) => heads),
    turned: projections.map(({ turned = false }) => turned),
  };
  return differentiables({
    inputs,
    forward(save) {
      const one = projections.find(({ turned }) => turned);
      const tables = one ? [tableOf(angles, length, one.weight.shape[1]! / one.heads)] : [];
      save([x, ...weights, ...tables]);
      return runKernel(headsKernel, { ...inputs, ...named(tables) }, attributes);
    },
    backward(dys, [x, ...saved]) {
      const given = { x, ...numbered('w', saved.slice(0, weights.length)) };
      const gradients = runKernel(
        `${headsKernel}Gradient`,
        {
          // Of a single result it is no list.
          ...numbered('dy', ([] as tf.Tensor[]).concat(dys)),
          ...given,
          ...named(saved.slice(weights.length)),
        },
        attributes,
      );
      return Object.fromEntries(Object.keys(given).map((name, i) => [name, () => gradients[i]]));
    },
  }) as tf.Tensor3D[];
}

const named = ([table]: tf.Tensor[]): Record<string, tf.Tensor> => (table ? { table } : {});
