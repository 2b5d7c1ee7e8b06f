import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Live, Moved, Optimizer, Params } from '../types';
import { joined, separated, weightsOf } from '../weights';

/** Share of the velocity kept per step, unless `live.momentum` says otherwise. */
const MOMENTUM = 0.9;

const live = ['learningRate', 'momentum'];

/**
 * Gradient descent with a heavy ball: velocity ← momentum · velocity + gradient; parameters less
 * learningRate · velocity. polyak1964; sutskever2013, eq. 1–2 (with the rate outside the
 * velocity). State: "momentum.velocity" [all weights], in the order of the record. Reads the live
 * `learningRate`, and `momentum` if it is there. Throws if the parameters are not as many numbers
 * as `init` was given.
 */
export default {
  name: 'momentum',
  label: 'momentum',
  source: 'sutskever2013',
  live,
  init: (params) => ({ 'momentum.velocity': tf.zeros([weightsOf(params)]) }),
  update: tf.fused(inFewCommands, update),
} satisfies Optimizer;

function update(
  params: Params,
  grads: Params,
  state: Params,
  { learningRate, momentum = tf.scalar(MOMENTUM) }: Live,
): Moved {
  // All weights as one long vector.
  const kept = tf.mul(momentum, state['momentum.velocity']);
  const velocity: tf.Tensor1D = tf.add(kept, joined(grads, params));
  const moved: tf.Tensor1D = tf.sub(joined(params), tf.mul(learningRate, velocity));
  return { params: separated(moved, params), state: { 'momentum.velocity': velocity } };
}

function inFewCommands(
  params: Params,
  grads: Params,
  { 'momentum.velocity': velocity }: Params,
  given: Live,
): Moved | undefined {
  checkLive({ who: 'Momentum', live, needs: ['learningRate'] }, given);
  const weights = weightsOf(params);
  if (weights !== velocity.size)
    throw new Error(`Momentum was started for ${velocity.size} weights and is to move ${weights}.`);
  const { learningRate, momentum = tf.scalar(MOMENTUM) } = given;
  const rates = { learningRate, momentum };
  const moved = tf.optimize({ name: 'momentum' }, params, grads, rates, velocity);
  return moved && { params: moved.params, state: { 'momentum.velocity': moved.memory! } };
}
