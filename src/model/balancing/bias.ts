import * as tf from '../../tensor/tf';
import type { Balancer } from '../types';

/**
 * No loss: after each step the selection bias of every overloaded expert falls by `rate` and that
 * of every underloaded one rises by it. The bias is added to the scores where experts are chosen,
 * never where their answers are weighed. deepseekv3, §2.1.2; wang2024, algorithm 1.
 * bias, counts [experts] → [experts]: exactly as it was where the counts are even.
 */
export default {
  name: 'bias',
  label: 'selection bias (DeepSeek-V3)',
  source: 'deepseekv3',

  update(bias, counts, rate) {
    // E times how far the mean is above each count: whole numbers, of which only the sign is used.
    const shortfall = tf.sub(tf.sum(counts), tf.mul(counts, counts.shape[0])); // [experts]
    return tf.add(bias, tf.mul(rate, tf.sign(shortfall))) as tf.Tensor1D;
  },
} satisfies Balancer;
