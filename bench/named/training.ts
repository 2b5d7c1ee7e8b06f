import { lossAndGradients } from '../../src/model/gradients';
import type { Optimizer, Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';

type Nested = number | Nested[];

/** A record of tensors from nested numbers. */
export const tensors = (numbers: Record<string, unknown>): Params =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, tf.tensor(value as Nested & number)]),
  );

/** Losses of so many steps, each before it moves the parameters. */
export async function losses(
  start: Params,
  optimizer: Optimizer,
  learningRate: number,
  steps: number,
  loss: (params: Params) => tf.Scalar,
): Promise<number[]> {
  let params = start;
  let state = optimizer.init(params);
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    const taken = lossAndGradients(params, loss);
    const live = { learningRate: tf.scalar(learningRate) };
    ({ params, state } = optimizer.update(params, taken.grads, state, live));
    found.push((await taken.loss.data())[0]);
  }
  return found;
}
