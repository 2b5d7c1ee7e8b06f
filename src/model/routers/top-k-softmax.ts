import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { byScale, inOneCommand, scaled } from '../routing';
import type { Router, RouterInput, Routing } from '../types';

/**
 * Choose the k largest logits, then softmax over the chosen ones only: the gates of a token sum
 * to 1. The same function as softmax, top k, renormalise, computed in the other order.
 * shazeer2017, eq. 3 and 5 without the noise; jiang2024, §2.1. With k = 1 the gate is always 1,
 * so that the router learns nothing from the task. `live.routeScale` multiplies the gates (1 unless
 * given).
 */
export default {
  name: 'top-k-softmax',
  label: 'top k, then softmax',
  source: 'jiang2024',
  live: ['routeScale'],

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route: tf.fused(inOneCommand({ scoring: 'softmax', gating: 'softmax' }, byScale), route),
} satisfies Router;

function route({
  x,
  params,
  logits = tf.matMul(x, params['router.weight']), // [tokens, experts]
  topK,
  bias,
  live,
}: RouterInput): Routing {
  const scores = tf.softmax(logits);
  const mask = tf.topKMask(scores, topK, bias);
  // Far below every logit, so that the exponential of the others is exactly 0.
  const others = tf.mul(tf.sub(mask, 1), 1e9);
  const gates: tf.Tensor2D = tf.mul(tf.softmax(tf.add(logits, others)), mask);
  return { logits, scores, mask, gates: scaled(gates, live) };
}
