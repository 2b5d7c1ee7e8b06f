import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { topKMask } from '../selection';
import type { Router } from '../types';

/**
 * DeepSeek-V3: each expert is scored by itself with a sigmoid; score plus bias chooses the k
 * experts; the raw scores of the chosen, divided by their sum, weigh them.
 * deepseekv3, eq. 12–16. `live.routeScale` multiplies the gates (2.5 in the released model; 1
 * unless given). With k = 1 the gate is constant, so that the router learns nothing from the task.
 */
export default {
  name: 'sigmoid-normalised',
  label: 'sigmoid, top k, normalised',
  source: 'deepseekv3',
  live: ['routeScale'],

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route({ x, params, topK, bias, live }) {
    const form = { scoring: 'sigmoid', gating: 'normalised', topK } as const;
    if (tf.routesByKernel(params['router.weight'].shape[1]!))
      return tf.routeByScores(form, { x, weight: params['router.weight'] }, bias, live?.routeScale);
    const logits: tf.Tensor2D = tf.matMul(x, params['router.weight']); // [tokens, experts]
    const scores = tf.sigmoid(logits);
    const mask = topKMask(bias ? tf.add<tf.Tensor2D>(scores, bias) : scores, topK);
    const kept = tf.mul(scores, mask);
    // Never 0 / 0; its square, in the gradient, must not vanish in single precision either.
    const total = tf.add(tf.sum(kept, 1, true), 1e-18); // [tokens, 1]
    const normalised = tf.div(kept, total);
    const gates = live?.routeScale ? tf.mul(normalised, live.routeScale) : normalised;
    return { logits, scores, mask, gates: gates as tf.Tensor2D };
  },
} satisfies Router;
