import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Live, Moved, Optimizer, Params } from '../types';
import plain, { type AdamConstants, adamInFewCommands, adamRule, adamWith } from './adam';

export interface AdamWConstants extends AdamConstants {
  /** Share of a matrix lost per step and learning rate (λ), 0.1; 0 or more. */
  weightDecay?: number;
}

/**
 * Adam whose weight decay is not part of the gradient: each step also takes
 * learningRate · weightDecay of the weights away. loshchilov2017, algorithm 2 (with its schedule
 * left to the learning rate). Only matrices decay; norms, biases and other vectors do not, as is
 * usual for language models. State as Adam's. Reads the live `learningRate`, and `weightDecay`
 * instead of the constant if it is there. Throws as Adam does.
 */
export function adamwWith({ weightDecay = 0.1, ...constants }: AdamWConstants = {}) {
  const rule = adamRule('AdamW', constants);
  if (!(weightDecay >= 0))
    throw new Error(`AdamW's weightDecay must be 0 or more; it is ${weightDecay}.`);
  const live = ['learningRate', 'weightDecay'];
  const needs = ['learningRate'];
  const instead = 'beta1, beta2 and epsilon are constants: adamwWith({ beta2: 0.95 })';
  const withDecay = (given: Live) => ({
    learningRate: given.learningRate,
    weightDecay: given.weightDecay ?? tf.scalar(weightDecay),
  });
  return {
    name: 'adamw',
    label: 'AdamW',
    source: 'loshchilov2017',
    live,
    init: plain.init,
    update: tf.fused(
      (params, grads, state, given) => {
        checkLive({ who: 'AdamW', live, needs, instead }, given);
        return adamInFewCommands(rule, params, grads, state, withDecay(given));
      },
      (params: Params, grads: Params, state: Params, given: Live) =>
        update(params, grads, state, withDecay(given), adamWith(constants)),
    ),
  } satisfies Optimizer;
}

export default adamwWith();

function update(
  params: Params,
  grads: Params,
  before: Params,
  { learningRate, weightDecay }: Live,
  adam: Optimizer = plain,
): Moved {
  const { params: moved, state } = adam.update(params, grads, before, { learningRate });
  const lost = tf.mul(learningRate, weightDecay); // scalar
  for (const [name, weight] of Object.entries(params))
    if (weight.rank >= 2) moved[name] = tf.sub(moved[name], tf.mul(lost, weight));
  return { params: moved, state };
}
