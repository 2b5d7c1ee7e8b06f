import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Optimizer } from '../types';
import plain, { type AdamConstants, adamRule, adamUpdate } from './adam';

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
export function adamw({ weightDecay = 0.1, ...constants }: AdamWConstants = {}) {
  const rule = adamRule('AdamW', constants);
  if (!(weightDecay >= 0))
    throw new Error(`AdamW's weightDecay must be 0 or more; it is ${weightDecay}.`);
  const live = ['learningRate', 'weightDecay'];
  const needs = ['learningRate'];
  const instead = 'beta1, beta2 and epsilon are constants: adamw({ beta2: 0.95 })';
  return {
    name: 'adamw',
    label: 'AdamW',
    source: 'loshchilov2017',
    live,
    init: plain.init,
    update(params, grads, state, given) {
      checkLive({ who: 'AdamW', live, needs, instead }, given);
      const { learningRate, weightDecay: decay = tf.scalar(weightDecay) } = given;
      return adamUpdate(rule, params, grads, state, learningRate, decay);
    },
  } satisfies Optimizer;
}

export default adamw();
