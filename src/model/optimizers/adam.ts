import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Live, Moved, Optimizer, Params } from '../types';
import { joined, separated, weightsOf } from '../weights';

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

const paper = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Adam: a step along the running mean of the gradient, in each weight divided by the root of its
 * running mean square. kingma2014, algorithm 1. Reads the live `learningRate`. State: "adam.count" (steps so far,
 * a scalar: a captured step cannot count on the CPU) and "adam.moments" [2, all weights]: the
 * running means of the gradient and of its square, in the order of the record. Throws if a constant
 * is out of its range or unknown, if a live value is missing or nothing reads it, and if the
 * parameters are not as many numbers as `init` was given.
 */
export function adamWith(constants: AdamConstants = {}) {
  const rule = adamRule('Adam', constants);
  const live = ['learningRate'];
  const instead = 'beta1, beta2 and epsilon are constants: adamWith({ beta1: 0.95 })';
  return {
    name: 'adam',
    label: 'Adam',
    source: 'kingma2014',
    live,
    init: (params): Params => ({
      'adam.count': tf.scalar(0),
      'adam.moments': tf.zeros([2, weightsOf(params)]),
    }),
    update: tf.fused(
      (params, grads, state, given) => {
        checkLive({ who: 'Adam', live, needs: live, instead }, given);
        const { learningRate } = given;
        return adamInFewCommands(rule, params, grads, state, { learningRate });
      },
      (params: Params, grads: Params, state: Params, given: Live) =>
        update(params, grads, state, given, rule),
    ),
  } satisfies Optimizer;
}

export default adamWith();

function update(
  params: Params,
  grads: Params,
  state: Params,
  { learningRate }: Live,
  { beta1, beta2, epsilon } = paper,
): Moved {
  // All weights as one long vector, and all gradients.
  const [w, g] = [joined(params), joined(grads, params)];
  const [before, squaredBefore] = tf.unstack(state['adam.moments']);
  const m = tf.add(tf.mul(before, beta1), tf.mul(g, 1 - beta1));
  const v = tf.add(tf.mul(squaredBefore, beta2), tf.mul(tf.square(g), 1 - beta2));
  // The bias corrections of m and v, as factors of the step and of ε.
  const count = tf.add(state['adam.count'], 1);
  const correction1 = tf.sub(1, tf.pow(beta1, count));
  const correction2 = tf.sqrt(tf.sub(1, tf.pow(beta2, count)));
  const rate = tf.div(tf.mul(learningRate, correction2), correction1);
  const size = tf.add(tf.sqrt(v), tf.mul(correction2, epsilon));
  const moved: tf.Tensor1D = tf.sub(w, tf.mul(rate, tf.div(m, size)));
  return {
    params: separated(moved, params),
    state: { 'adam.count': count, 'adam.moments': tf.stack([m, v]) },
  };
}

/** The constants with those of the paper where none are given. Throws a sentence as `adamWith` does. */
export function adamRule(who: string, constants: AdamConstants): AdamRule {
  const rule = { ...paper, ...constants };
  for (const [name, value] of Object.entries(rule)) {
    if (!Object.hasOwn(paper, name))
      throw new Error(`${who} has no constant "${name}"; there are beta1, beta2 and epsilon.`);
    if (name === 'epsilon' ? !(value > 0) : !(value >= 0 && value < 1))
      throw new Error(
        `${who}'s ${name} must be ${name === 'epsilon' ? 'above 0' : 'from 0 to below 1'}; it is ${value}.`,
      );
  }
  return { name: 'adam', ...rule };
}

/**
 * Adam as a kernel, undefined where the backend has none; with `weightDecay` that of
 * optimizers/adamw.ts.
 */
export function adamInFewCommands(
  rule: AdamRule,
  params: Params,
  grads: Params,
  { 'adam.moments': moments, 'adam.count': count }: Params,
  rates: { learningRate: tf.Scalar; weightDecay?: tf.Scalar },
): Moved | undefined {
  const started = moments.shape[1];
  const given = weightsOf(params);
  if (given !== started)
    throw new Error(`Adam was started for ${started} weights and is to move ${given}.`);
  const moved = tf.optimize(rule, params, grads, rates, moments, count);
  return (
    moved && {
      params: moved.params,
      state: { 'adam.count': moved.count!, 'adam.moments': moved.memory! },
    }
  );
}
