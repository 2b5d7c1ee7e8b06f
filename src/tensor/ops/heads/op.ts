/**
 * Projections of the same vectors onto heads, some of them turned by their positions, in one
 * command. Defined by the plain TensorFlow.js in model/layers/project-heads.ts; a backend has the
 * op where it has both kernels:
 *
 * - `SwitchyardHeads`: x [sequences · length, dim], weights w0, w1, … [dim, heads · width], and
 *   table [length, width] as in ../rope/op.ts if any are turned → for each weight
 *   [sequences · heads, length, width]. Attributes: length; heads and turned, one for each weight.
 * - `SwitchyardHeadsGradient`: dy0, dy1, … and all of these → the gradients of x, w0, w1, ….
 */
import type * as tf from '../../core';
import { differentiables, runKernel } from '../differentiable';

export const headsKernel = 'SwitchyardHeads';

export interface HeadsAttributes {
  length: number;
  heads: number[];
  turned: boolean[];
}

export function heads(
  x: tf.Tensor2D,
  weights: tf.Tensor[],
  table: tf.Tensor2D | undefined,
  attributes: HeadsAttributes,
): tf.Tensor3D[] {
  const numbered = (name: string, tensors: tf.Tensor[]) =>
    Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]));
  const inputs: Record<string, tf.Tensor> = { x, ...numbered('w', weights) };
  const tables: Record<string, tf.Tensor> = table ? { table } : {};
  return differentiables({
    inputs,
    forward(save) {
      save([x, ...weights, ...Object.values(tables)]);
      return runKernel(headsKernel, { ...inputs, ...tables }, { ...attributes });
    },
    backward(dys, [x, ...saved]) {
      const given = { x, ...numbered('w', saved.slice(0, weights.length)) };
      const gradients = runKernel(
        `${headsKernel}Gradient`,
        {
          // Of a single result it is no list.
          ...numbered('dy', ([] as tf.Tensor[]).concat(dys)),
          ...given,
          ...(table ? { table: saved[weights.length] } : {}),
        },
        { ...attributes },
      );
      return Object.fromEntries(Object.keys(given).map((name, i) => [name, () => gradients[i]]));
    },
  }) as tf.Tensor3D[];
}
