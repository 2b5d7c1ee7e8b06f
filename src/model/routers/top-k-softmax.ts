import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { topKMask } from '../selection';
import type { Router } from '../types';

/**
 * Choose the k largest logits, then softmax over the chosen ones only: the gates of a token sum
 * to 1. The same function as softmax, top k, renormalise, computed in the other order.
 * shazeer2017, eq. 3 and 5 without the noise; jiang2024, §2.1. With k = 1 the gate is always 1,
 * so that the router learns nothing from the task.
 */
export default {
  name: 'top-k-softmax',
  label: 'top k, then softmax',
  source: 'jiang2024',

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route({ x, params, topK, bias }) {
    const form = { scoring: 'softmax', gating: 'softmax', topK } as const;
    if (tf.routesByKernel(params['router.weight'].shape[1]!))
      return tf.routeByScores(form, { x, weight: params['router.weight'] }, bias);
    const logits: tf.Tensor2D = tf.matMul(x, params['router.weight']); // [tokens, experts]
    const scores = tf.softmax(logits);
    const mask = topKMask(bias ? tf.add<tf.Tensor2D>(scores, bias) : scores, topK);
    // Far below every logit, so that the exponential of the others is exactly 0.
    const others = tf.mul(tf.sub(mask, 1), 1e9);
    const gates = tf.mul(tf.softmax(tf.add(logits, others)), mask) as tf.Tensor2D;
    return { logits, scores, mask, gates };
  },
} satisfies Router;
