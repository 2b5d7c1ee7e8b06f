import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Optimizer, Params } from '../types';

const live = ['learningRate'];

/** Plain gradient descent: parameters less learningRate times gradient. No state. */
export default {
  name: 'sgd',
  label: 'gradient descent',
  source: 'robbins1951',
  live,
  init: () => ({}),
  update(params, grads, _, given) {
    checkLive({ who: 'Gradient descent', live, needs: live }, given);
    const { learningRate } = given;
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
