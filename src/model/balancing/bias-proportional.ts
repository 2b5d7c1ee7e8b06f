import * as tf from '../../tensor/tf';
import type { Balancer } from '../types';

/**
 * The selection bias moves by `rate` times how far an expert is from its fair share, instead of
 * by the sign alone: b + rate · (1 − E · share). wang2024, variant with the error's size;
 * there the error is in tokens, here in fair shares, so that a rate means the same for any
 * batch and number of experts.
 */
export default {
  name: 'bias-proportional',
  label: 'selection bias, proportional',
  source: 'wang2024',

  update(bias, counts, rate) {
    const all = tf.sum(counts);
    // The difference first, which is whole: a quotient may miss the 1 of an even load.
    const shortfall = tf.div(tf.sub(all, tf.mul(counts, counts.shape[0])), all); // [experts]
    return tf.add(bias, tf.mul(rate, shortfall)) as tf.Tensor1D;
  },
} satisfies Balancer;
