import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Optimizer, Params } from '../types';

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
  init: (params) => ({ 'momentum.velocity': tf.zeros([tf.weightsOf(params)]) }),
  update(params, grads, state, given) {
    checkLive({ who: 'Momentum', live, needs: ['learningRate'] }, given);
    const { learningRate, momentum = tf.scalar(MOMENTUM) } = given;
    const { 'momentum.velocity': velocity } = state;
    const weights = tf.weightsOf(params);
    if (weights !== velocity.size)
      throw new Error(
        `Momentum was started for ${velocity.size} weights and is to move ${weights}.`,
      );
    if (tf.hasKernel(tf.optimizerKernel)) {
      const rates = { learningRate, momentum };
      const moved = tf.optimize({ name: 'momentum' }, params, grads, rates, velocity);
      return { params: moved.params, state: { 'momentum.velocity': moved.memory! } };
    }
    const moved: Params = {};
    const next: tf.Tensor1D[] = [];
    const sizes = Object.values(params).map(({ size }) => size);
    const before = tf.split(velocity as tf.Tensor1D, sizes);
    Object.keys(params).forEach((name, i) => {
      const kept = tf.mul(tf.reshape(before[i], params[name].shape), momentum);
      const now = tf.add(kept, grads[name]);
      next.push(tf.reshape(now, [-1]));
      moved[name] = tf.sub(params[name], tf.mul(learningRate, now));
    });
    return { params: moved, state: { 'momentum.velocity': tf.concat1d(next) } };
  },
} satisfies Optimizer;
