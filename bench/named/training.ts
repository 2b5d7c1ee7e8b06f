import { Training } from '../../src/model/experiments/train';
import type { Session } from '../../src/model/experiments/types';
import { lossAndGradients, pick } from '../../src/model/gradients';
import type { Optimizer, Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';

type Nested = number | Nested[];

/** A record of tensors from nested numbers. */
export const tensors = (numbers: Record<string, unknown>): Params =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, tf.tensor(value as Nested & number)]),
  );

/** Losses of so many steps of a session, each before it moves the parameters. Closes the session. */
export async function trained(
  session: Session,
  live: Record<string, number>,
  steps: number,
  seed = 1,
): Promise<number[]> {
  const training = new Training({ session, seed, live, inputs: {}, step: 0 });
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    const metrics = training.take();
    found.push((await metrics.loss.data())[0]);
    tf.dispose(metrics);
  }
  training.dispose();
  tf.dispose(session.state);
  return found;
}

/** The same for a loss of the parameters alone. */
export function losses(
  start: Params,
  optimizer: Optimizer,
  learningRate: number,
  steps: number,
  loss: (params: Params) => tf.Scalar,
): Promise<number[]> {
  const session: Session = {
    state: { ...start, ...optimizer.init(start) },
    live: ['learningRate'],
    step({ state, live }) {
      const now = pick(state, Object.keys(start));
      const taken = lossAndGradients(now, loss);
      const moved = optimizer.update(now, taken.grads, state, live);
      return { state: { ...moved.params, ...moved.state }, metrics: { loss: taken.loss } };
    },
  };
  return trained(session, { learningRate }, steps);
}
