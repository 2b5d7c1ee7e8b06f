import * as tf from '../tf';
import type { Optimizer, Params } from '../types';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/**
 * Adam. kingma2015, algorithm 1, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8. State: "adam.count" (steps
 * so far, a scalar: a captured step cannot count on the CPU), "adam.m.*" and "adam.v.*" like the
 * parameters. Reads the live `learningRate`.
 */
export default {
  name: 'adam',
  label: 'Adam',
  source: 'kingma2015',

  init(params) {
    const state: Params = { 'adam.count': tf.scalar(0) };
    for (const [name, value] of Object.entries(params)) {
      state[`adam.m.${name}`] = tf.zeros(value.shape);
      state[`adam.v.${name}`] = tf.zeros(value.shape);
    }
    return state;
  },

  update(params, grads, state, { learningRate }) {
    const count = tf.add(state['adam.count'], 1);
    const next: Params = { 'adam.count': count };
    const moved: Params = {};
    // Both bias corrections in one factor, so that they cost once and not per parameter.
    const correction2 = tf.sqrt(tf.sub(1, tf.pow(beta2, count)));
    const rate = tf.div(tf.mul(learningRate, correction2), tf.sub(1, tf.pow(beta1, count)));
    const floor = tf.mul(correction2, epsilon);
    for (const name of Object.keys(params)) {
      const m = tf.add(tf.mul(state[`adam.m.${name}`], beta1), tf.mul(grads[name], 1 - beta1));
      const v = tf.add(
        tf.mul(state[`adam.v.${name}`], beta2),
        tf.mul(tf.square(grads[name]), 1 - beta2),
      );
      moved[name] = tf.sub(params[name], tf.div(tf.mul(rate, m), tf.add(tf.sqrt(v), floor)));
      next[`adam.m.${name}`] = m;
      next[`adam.v.${name}`] = v;
    }
    return { params: moved, state: next };
  },
} satisfies Optimizer;
