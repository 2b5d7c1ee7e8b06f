import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { byScale, inOneCommand, scaled } from '../routing';
import type { Router, RouterInput, Routing } from '../types';

/**
 * Softmax over all experts, keep the k largest as they are: the gates of a token sum to less
 * than 1, and a gate says how sure the router was. dai2024, eq. 9–11 (without shared experts).
 * `live.routeScale` multiplies the gates (1 unless given).
 * x [tokens, dim] → routing [tokens, experts]. Throws if topK is not between 1 and the experts.
 */
export default {
  name: 'softmax-top-k',
  label: 'softmax, top k',
  source: 'dai2024',
  live: ['routeScale'],

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route: tf.fused(inOneCommand({ scoring: 'softmax', gating: 'plain' }, byScale), route),
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
  return { logits, scores, mask, gates: scaled(tf.mul(scores, mask), live) };
}
