import * as tf from '../../tensor/tf';
import type { Optimizer } from '../types';
import adam, { update } from './adam';

/** Share of a matrix lost per step and learning rate, unless `live.weightDecay` says otherwise. */
const WEIGHT_DECAY = 0.1;

/**
 * Adam whose weight decay is not part of the gradient: each step also takes
 * learningRate · weightDecay of the weights away. loshchilov2017, algorithm 2 (with its schedule
 * left to the learning rate). Only matrices decay; norms, biases and other vectors do not, as is
 * usual for language models. State as Adam's. Reads the live `learningRate`, and `weightDecay`
 * if it is there.
 */
export default {
  name: 'adamw',
  label: 'AdamW',
  source: 'loshchilov2017',
  init: adam.init,
  update: (params, grads, state, { learningRate, weightDecay = tf.scalar(WEIGHT_DECAY) }) =>
    update(params, grads, state, learningRate, weightDecay),
} satisfies Optimizer;
