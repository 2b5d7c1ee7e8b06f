/** Trains one small network to the end, for ensembles that are built one member at a time. */

import * as tf from '../../tensor/tf';
import { lossAndGradients } from '../gradients';
import adam from '../optimizers/adam';
import type { Params } from '../types';

/**
 * `steps` of Adam on a loss of the parameters. Disposes the given parameters and returns new ones.
 * Nothing is read back, so the device is never waited for.
 */
export function trainMember(
  params: Params,
  loss: (params: Params) => tf.Scalar,
  { steps, learningRate }: { steps: number; learningRate: number },
): Params {
  const live = { learningRate: tf.scalar(learningRate) };
  let now = params;
  let moments = adam.init(params);
  for (let step = 0; step < steps; step++) {
    const next = tf.tidy(() => adam.update(now, lossAndGradients(now, loss).grads, moments, live));
    tf.dispose([now, moments]);
    ({ params: now, state: moments } = next);
  }
  tf.dispose([moments, live]);
  return now;
}
