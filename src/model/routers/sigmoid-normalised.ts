import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { byScale, inOneCommand, scaled } from '../routing';
import type { Router, RouterInput, Routing } from '../types';

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

  route: tf.fused(inOneCommand({ scoring: 'sigmoid', gating: 'normalised' }, byScale), route),
} satisfies Router;

function route({
  x,
  params,
  logits = tf.matMul(x, params['router.weight']), // [tokens, experts]
  topK,
  bias,
  live,
}: RouterInput): Routing {
  const scores = tf.sigmoid(logits);
  const mask = tf.topKMask(scores, topK, bias);
  const kept = tf.mul(scores, mask);
  // Never 0 / 0; its square, in the gradient, must not vanish in single precision either.
  const total = tf.add(tf.sum(kept, 1, true), 1e-18); // [tokens, 1]
  return { logits, scores, mask, gates: scaled(tf.div(kept, total), live), independent: true };
}
