/** Compares a layer with its reference: output and the gradient of sum(y · onY) in every leaf. */
import { expect } from 'vitest';
import type { Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import { expectClose, type Numbers } from './backend';

export interface ReferenceCase {
  inputs: Record<string, Numbers>;
  params: Record<string, Numbers>;
  y: Numbers;
  onY: Numbers;
  grads: Record<string, Numbers>;
}

/** A record of tensors from nested numbers. */
export const tensors = (numbers: Record<string, Numbers>): Params =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, tf.tensor(value)]));

/** float32 against double precision, through some ten operations. */
const TOLERANCE = 2e-5;

export async function expectParity(
  reference: ReferenceCase,
  forward: (inputs: Params, params: Params) => tf.Tensor,
): Promise<void> {
  const inputs = tensors(reference.inputs);
  const params = tensors(reference.params);
  const onY = tf.tensor(reference.onY);
  const leaves = { ...inputs, ...params };
  const names = Object.keys(leaves);
  expect(names.sort(), 'leaves with a gradient').toEqual(Object.keys(reference.grads).sort());

  const y = forward(inputs, params);
  await expectClose(y, reference.y, TOLERANCE);
  const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
    const now = Object.fromEntries(names.map((name, i) => [name, values[i]]));
    const part = (of: Params) => Object.fromEntries(Object.keys(of).map((n) => [n, now[n]]));
    return tf.sum(tf.mul(forward(part(inputs), part(params)), onY)) as tf.Scalar;
  })(names.map((name) => leaves[name]));
  for (const [i, name] of names.entries()) {
    try {
      await expectClose(grads[i], reference.grads[name], TOLERANCE);
    } catch (error) {
      throw new Error(`Gradient of ${name}: ${(error as Error).message}`);
    }
  }
  tf.dispose([y, onY, ...Object.values(leaves), ...grads]);
}
