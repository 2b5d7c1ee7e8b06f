import * as tf from '../../tensor/tf';
import { checkLive } from '../live';
import type { Live, Moved, Optimizer, Params } from '../types';

const live = ['learningRate'];

/** Plain gradient descent: parameters less learningRate times gradient. No state. */
export default {
  name: 'sgd',
  label: 'gradient descent',
  source: 'robbins1951',
  live,
  init: () => ({}),
  update: tf.fused((params, grads, _, given) => {
    checkLive({ who: 'Gradient descent', live, needs: live }, given);
    const { learningRate } = given;
    const moved = tf.optimize({ name: 'sgd' }, params, grads, { learningRate });
    return moved && { params: moved.params, state: {} };
  }, update),
} satisfies Optimizer;

function update(params: Params, grads: Params, _: Params, { learningRate }: Live): Moved {
  const moved: Params = {};
  for (const name of Object.keys(params))
    moved[name] = tf.sub(params[name], tf.mul(learningRate, grads[name]));
  return { params: moved, state: {} };
}
