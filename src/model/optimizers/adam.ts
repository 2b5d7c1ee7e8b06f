import * as tf from '../../tensor/tf';
import type { Optimizer, Params } from '../types';

const rule = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/**
 * Adam. kingma2014, algorithm 1, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8. Reads the live
 * `learningRate`. State: "adam.count" (steps so far, a scalar: a captured step cannot count on
 * the CPU) and "adam.moments" [2, all weights]: the running means of the gradient and of its
 * square, in the order of the record. Throws if the parameters are not as many numbers as `init`
 * was given.
 */
export default {
  name: 'adam',
  label: 'Adam',
  source: 'kingma2014',
  init: (params): Params => ({
    'adam.count': tf.scalar(0),
    'adam.moments': tf.zeros([2, tf.weightsOf(params)]),
  }),
  update: (params, grads, state, { learningRate }) => update(params, grads, state, learningRate),
} satisfies Optimizer;

/** Adam's update; with `weightDecay` (a scalar) matrices also shrink, as in optimizers/adamw.ts. */
export function update(
  params: Params,
  grads: Params,
  state: Params,
  learningRate: tf.Scalar,
  weightDecay?: tf.Scalar,
): { params: Params; state: Params } {
  const started = state['adam.moments'].shape[1];
  const given = tf.weightsOf(params);
  if (given !== started)
    throw new Error(`Adam was started for ${started} weights and is to move ${given}.`);
  if (!tf.hasKernel(tf.optimizerKernel))
    return joinedUpdate(params, grads, state, learningRate, weightDecay);
  const rates = { learningRate, weightDecay };
  const { 'adam.moments': moments, 'adam.count': count } = state;
  const moved = tf.optimize(rule, params, grads, rates, moments, count);
  return {
    params: moved.params,
    state: { 'adam.count': moved.count!, 'adam.moments': moved.memory! },
  };
}

/** What defines it, and what backends without the kernel run: all weights as one long vector. */
function joinedUpdate(
  params: Params,
  grads: Params,
  state: Params,
  learningRate: tf.Scalar,
  weightDecay?: tf.Scalar,
): { params: Params; state: Params } {
  const { beta1, beta2, epsilon } = rule;
  const names = Object.keys(params);
  const weights = joined(names.map((name) => params[name]));
  const gradient = joined(names.map((name) => grads[name]));
  const count = tf.add(state['adam.count'], 1);
  const [before1, before2] = tf.unstack(state['adam.moments']);
  const m = tf.add(tf.mul(before1, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(before2, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  // The bias corrections of m and v, as factors of the step and of ε.
  const correction1 = tf.sub(1, tf.pow(beta1, count));
  const correction2 = tf.sqrt(tf.sub(1, tf.pow(beta2, count)));
  const rate = tf.div(tf.mul(learningRate, correction2), correction1);
  const size = tf.add(tf.sqrt(v), tf.mul(correction2, epsilon));
  const moved = separated(tf.sub(weights, tf.mul(rate, tf.div(m, size))) as tf.Tensor1D, params);
  if (weightDecay) {
    const lost = tf.mul(learningRate, weightDecay); // scalar
    for (const name of names)
      if (params[name].rank >= 2) moved[name] = tf.sub(moved[name], tf.mul(lost, params[name]));
  }
  return { params: moved, state: { 'adam.count': count, 'adam.moments': tf.stack([m, v]) } };
}

const joined = (tensors: tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1])));

/** The parts of a long vector, in the shapes and by the names of `like`. */
function separated(vector: tf.Tensor1D, like: Params): Params {
  const sizes = Object.values(like).map(({ size }) => size);
  const parts = tf.split(vector, sizes);
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape }], i) => [name, tf.reshape(parts[i], shape)]),
  );
}
