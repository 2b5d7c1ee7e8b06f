import * as tf from '../../tensor/tf';
import type { Balancer, Routing, RoutingPart } from '../types';

/**
 * ReMoE's penalty on the size of the gates, each expert's weighed by its load: drives gates to 0,
 * those of busy experts first. wang2024remoe, load-balanced L1: (E / k) Σ load share · mean gate. With
 * gates of 1 it is 1 at even load and E at full collapse. Its weight is not set by hand but
 * moved by `nextStrength` until a token uses topK experts on average.
 */
export default {
  name: 'l1',
  label: 'L1 on the gates (ReMoE)',
  source: 'wang2024remoe',

  loss({ mask, gates }: RoutingPart<'mask' | 'gates'>, topK) {
    const experts = mask.shape[1];
    const share = tf.mean(mask, 0); // [experts]
    return tf.mul(tf.sum(tf.mul(share, tf.mean(gates, 0))), experts / topK);
  },
} satisfies Balancer;

/**
 * The penalty's next weight: times `factor` while tokens use more than topK experts on average,
 * divided by it while they use fewer. wang2024remoe, adaptive L1; factor 1.2 and a first weight of
 * 1e-8 there.
 */
export function nextStrength(
  strength: tf.Scalar,
  { mask }: Pick<Routing, 'mask'>,
  topK: number,
  factor = 1.2,
): tf.Scalar {
  const tooMany = tf.sign(tf.sub(tf.sum(mask), mask.shape[0] * topK)); // of whole numbers
  return tf.mul(strength, tf.exp(tf.mul(tooMany, Math.log(factor))));
}
