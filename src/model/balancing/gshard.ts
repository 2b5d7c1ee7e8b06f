import * as tf from '../../tensor/tf';
import { scoreShares } from '../score-shares';
import type { Balancer, RoutingPart } from '../types';

/**
 * Share of tokens whose first choice is the expert, times its mean score, summed over the
 * experts: a stand-in with a gradient for the sum of squared shares. Second choices do not
 * count, which is all that tells it from the Switch loss. lepikhin2020, algorithm 1;
 * the value here is E² times the paper's, so that even load gives 1 and full collapse E.
 */
export default {
  name: 'gshard',
  label: 'first choices (GShard)',
  source: 'lepikhin2020',

  loss(routing: RoutingPart<'scores' | 'independent'>) {
    const { scores } = routing;
    const experts = scores.shape[1];
    const first = tf.withoutGradient((plain: tf.Tensor2D) => tf.topKMask(plain, 1), scores);
    const meanScore = tf.mean(scoreShares(routing), 0); // [experts]
    return tf.mul(tf.sum(tf.mul(tf.mean(first, 0), meanScore)), experts);
  },
} satisfies Balancer;
