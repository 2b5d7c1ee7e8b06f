import * as tf from '../../tensor/tf';
import type { Optimizer, Params } from '../types';

/** Plain gradient descent: parameters less learningRate times gradient. No state. */
export default {
  name: 'sgd',
  label: 'gradient descent',
  source: 'robbins1951',
  init: () => ({}),
  update(params, grads, _, { learningRate }) {
    if (tf.hasKernel(tf.optimizerKernel)) {
      const moved = tf.optimize({ name: 'sgd' }, params, grads, { learningRate });
      return { params: moved.params, state: {} };
    }
    const moved: Params = {};
    for (const name of Object.keys(params))
      moved[name] = tf.sub(params[name], tf.mul(learningRate, grads[name]));
    return { params: moved, state: {} };
  },
} satisfies Optimizer;
