import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Optimizer, Params } from '../types';

/** Numbers that stay while training; the paper's unless said. */
export interface AdamConstants {
  /** Share of the mean gradient that stays in each step (β₁), 0.9; from 0 to below 1. */
  beta1?: number;
  /** The same of the mean squared gradient (β₂), 0.999. */
  beta2?: number;
  /** Added to the root of the latter (ε), 1e-8; above 0. */
  epsilon?: number;
}

export type AdamRule = { name: 'adam' } & Required<AdamConstants>;

/**
 * Adam. kingma2014, algorithm 1. Reads the live `learningRate`. State: "adam.count" (steps so far,
 * a scalar: a captured step cannot count on the CPU) and "adam.moments" [2, all weights]: the
 * running means of the gradient and of its square, in the order of the record. Throws if a constant
 * is out of its range or unknown, if a live value is missing or nothing reads it, and if the
 * parameters are not as many numbers as `init` was given.
 */
export function adam(constants: AdamConstants = {}) {
  const rule = adamRule('Adam', constants);
  const live = ['learningRate'];
  const instead = 'beta1, beta2 and epsilon are constants: adam({ beta1: 0.95 })';
  return {
    name: 'adam',
    label: 'Adam',
    source: 'kingma2014',
    live,
    init: (params): Params => ({
      'adam.count': tf.scalar(0),
      'adam.moments': tf.zeros([2, tf.weightsOf(params)]),
    }),
    update(params, grads, state, given) {
      checkLive({ who: 'Adam', live, needs: live, instead }, given);
      return adamUpdate(rule, params, grads, state, given.learningRate);
    },
  } satisfies Optimizer;
}

export default adam();

/** The constants with those of the paper where none are given. Throws a sentence as `adam` does. */
export function adamRule(who: string, constants: AdamConstants): AdamRule {
  const rule = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...constants };
  for (const [name, value] of Object.entries(rule)) {
    if (!['beta1', 'beta2', 'epsilon'].includes(name))
      throw new Error(`${who} has no constant "${name}"; there are beta1, beta2 and epsilon.`);
    if (name === 'epsilon' ? !(value > 0) : !(value >= 0 && value < 1))
      throw new Error(
        `${who}'s ${name} must be ${name === 'epsilon' ? 'above 0' : 'from 0 to below 1'}; it is ${value}.`,
      );
  }
  return { name: 'adam', ...rule };
}

/** Adam's update; with `weightDecay` (a scalar) matrices also shrink, as in optimizers/adamw.ts. */
export function adamUpdate(
  rule: AdamRule,
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
    return joinedUpdate(rule, params, grads, state, learningRate, weightDecay);
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
  { beta1, beta2, epsilon }: AdamRule,
  params: Params,
  grads: Params,
  state: Params,
  learningRate: tf.Scalar,
  weightDecay?: tf.Scalar,
): { params: Params; state: Params } {
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
