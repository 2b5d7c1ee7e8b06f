import * as tf from '../tf';
import type { Optimizer, Params } from '../types';

/** Share of the velocity kept per step, unless `live.momentum` says otherwise. */
const MOMENTUM = 0.9;

/**
 * Gradient descent with a heavy ball: velocity ← momentum · velocity + gradient; parameters less
 * learningRate · velocity. polyak1964; sutskever2013, eq. 1–2 (with the rate outside the
 * velocity). State: "momentum.*" like the parameters. Reads the live `learningRate`, and
 * `momentum` if it is there.
 */
export default {
  name: 'momentum',
  label: 'momentum',
  source: 'sutskever2013',
  init: (params) =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [`momentum.${name}`, tf.zeros(value.shape)]),
    ),
  update(params, grads, state, { learningRate, momentum = MOMENTUM }) {
    const moved: Params = {};
    const next: Params = {};
    for (const name of Object.keys(params)) {
      const velocity = tf.add(tf.mul(state[`momentum.${name}`], momentum), grads[name]);
      next[`momentum.${name}`] = velocity;
      moved[name] = tf.sub(params[name], tf.mul(learningRate, velocity));
    }
    return { params: moved, state: next };
  },
} satisfies Optimizer;
