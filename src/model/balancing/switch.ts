import * as tf from '../../tensor/tf';
import { scoreShares } from '../score-shares';
import type { Balancer, RoutingPart } from '../types';

/**
 * The auxiliary loss of the Switch Transformer, for any k: E · Σ f·P, where f is an expert's share
 * of the assignments and P its mean score. 1 at even load, E at full collapse. f counts, so only P
 * carries a gradient: it pushes the scores of an expert down in proportion to its load.
 * fedus2021, eq. 4–6 (k = 1 there; for k > 1 the share is of all k · tokens assignments).
 */
export default {
  name: 'switch',
  label: 'Switch loss',
  source: 'fedus2021',

  loss: tf.fused(
    (routing: Counted, topK: number) => tf.switchLoss(routing.mask, scoreShares(routing), topK),
    loss,
  ),
} satisfies Balancer;

type Counted = RoutingPart<'mask' | 'scores' | 'independent'>;

function loss(routing: Counted, topK: number): tf.Scalar {
  const { mask } = routing;
  const experts = mask.shape[1];
  const load = tf.div(tf.mean(mask, 0), topK); // [experts], no gradient
  const meanScore = tf.mean(scoreShares(routing), 0); // [experts]
  return tf.mul(tf.sum(tf.mul(load, meanScore)), experts);
}
