import * as tf from '../../tensor/tf';
import { scoreShares } from '../score-shares';
import { sequenceMeans } from '../sequences';
import type { Balancer, RoutingPart } from '../types';

/**
 * Each expert's share of the assignments (as a multiple of the fair share) times its mean score,
 * per sequence, averaged over the sequences. deepseekv2, eq. 23–25; dai2024, eq. 12–14. With the
 * batch as one sequence it is the Switch loss for any k.
 */
export default {
  name: 'expert-level',
  label: 'expert level (DeepSeek-V2)',
  source: 'deepseekv2',

  loss(routing: RoutingPart<'mask' | 'scores' | 'independent'>, topK, { sequenceLength } = {}) {
    const { mask } = routing;
    const [, experts] = mask.shape;
    const share = tf.mul(sequenceMeans(mask, sequenceLength), experts / topK); // [sequences, experts]
    const score = sequenceMeans(scoreShares(routing), sequenceLength);
    return tf.mean(tf.sum(tf.mul(share, score), 1)) as tf.Scalar;
  },
} satisfies Balancer;
