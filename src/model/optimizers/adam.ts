import * as tf from '../tf';
import type { Optimizer, Params } from '../types';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/**
 * Adam. kingma2015, algorithm 1, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8. Reads the live
 * `learningRate`. State: "adam.count" (steps so far, a scalar: a captured step cannot count on
 * the CPU), "adam.m" and "adam.v", [all weights]. Each command costs the same for one weight as for
 * thousands, so all parameters are moved as one long vector, in the order of the record.
 * Throws if the parameters are not as many numbers as `init` was given.
 */
export default {
  name: 'adam',
  label: 'Adam',
  source: 'kingma2015',

  init(params): Params {
    const total = sizes(params).reduce((sum, size) => sum + size, 0);
    return { 'adam.count': tf.scalar(0), 'adam.m': tf.zeros([total]), 'adam.v': tf.zeros([total]) };
  },

  update(params, grads, state, { learningRate }): { params: Params; state: Params } {
    const names = Object.keys(params);
    const weights = joined(names.map((name) => params[name]));
    const gradient = joined(names.map((name) => grads[name]));
    if (weights.size !== state['adam.m'].size)
      throw new Error(
        `Adam was started for ${state['adam.m'].size} weights and is to move ${weights.size}.`,
      );
    const count = tf.add(state['adam.count'], 1);
    const m = tf.add(tf.mul(state['adam.m'], beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(state['adam.v'], beta2), tf.mul(tf.square(gradient), 1 - beta2));
    // The bias corrections of m and v, as factors of the step and of ε.
    const correction1 = tf.sub(1, tf.pow(beta1, count));
    const correction2 = tf.sqrt(tf.sub(1, tf.pow(beta2, count)));
    const rate = tf.div(tf.mul(learningRate, correction2), correction1);
    const size = tf.add(tf.sqrt(v), tf.mul(correction2, epsilon));
    const moved = tf.sub(weights, tf.mul(rate, tf.div(m, size))) as tf.Tensor1D;
    return {
      params: separated(moved, params),
      state: { 'adam.count': count, 'adam.m': m, 'adam.v': v },
    };
  },
} satisfies Optimizer;

const sizes = (params: Params) => Object.values(params).map(({ size }) => size);

const joined = (tensors: tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1])));

/** The parts of a long vector, in the shapes and by the names of `like`. */
function separated(vector: tf.Tensor1D, like: Params): Params {
  const parts = tf.split(vector, sizes(like));
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape }], i) => [name, tf.reshape(parts[i], shape)]),
  );
}
