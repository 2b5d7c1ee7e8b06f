import * as tf from '../../../../tensor/tf';
import { cosine } from '../../../optimizers/schedules';
import type { RandomKey } from '../../../types';
import type { Settings, StepInput } from '../../types';

/**
 * What the optimizer is given for live values: the learning rate as it is, or along half a cosine
 * down to 0 at step `rateSteps`.
 */
export function scheduled({
  rateSteps,
}: Settings): (live: StepInput['live'], random: RandomKey) => StepInput['live'] {
  const steps = Number(rateSteps);
  if (!(steps > 0)) return (live) => live;
  return (live, { counter }) => ({
    ...live,
    learningRate: tf.mul(live.learningRate, cosine(counter, 0, steps)) as tf.Scalar,
  });
}
