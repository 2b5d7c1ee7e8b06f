import * as tf from '../../tensor/tf';
import { normalised } from '../score-shares';
import { sequenceMeans } from '../sequences';
import type { Balancer, RoutingPart } from '../types';

/**
 * DeepSeek-V3's guard against imbalance within a sequence, beside the selection bias: the
 * expert-level loss on scores divided by their sum, with the load the unbiased scores would give
 * (not the load the bias made). deepseekv3, eq. 17–20; its weight there is only 0.0001.
 */
export default {
  name: 'sequence-wise',
  label: 'sequence-wise (DeepSeek-V3)',
  source: 'deepseekv3',

  loss({ scores }: RoutingPart<'scores'>, topK, { sequenceLength } = {}) {
    const [, experts] = scores.shape;
    const unbiased = tf.withoutGradient((plain: tf.Tensor2D) => tf.topKMask(plain, topK), scores);
    const share = tf.mul(sequenceMeans(unbiased, sequenceLength), experts / topK);
    const score = sequenceMeans(normalised(scores), sequenceLength); // [sequences, experts]
    return tf.mean(tf.sum(tf.mul(share, score), 1)) as tf.Scalar;
  },
} satisfies Balancer;
