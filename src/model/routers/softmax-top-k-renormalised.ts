import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { byScale, inOneCommand, scaled } from '../routing';
import type { Router, RouterInput, Routing } from '../types';

/**
 * Softmax over all experts, keep the k largest, divide by their sum: the gates of a token sum
 * to 1. lepikhin2020, algorithm 1 (k = 2). Without a bias equal to top-k-softmax. With k = 1
 * the gate is always 1, so that the router learns nothing from the task. `live.routeScale`
 * multiplies the gates (1 unless given).
 */
export default {
  name: 'softmax-top-k-renormalised',
  label: 'softmax, top k, renormalised',
  source: 'lepikhin2020',
  live: ['routeScale'],

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route: tf.fused(inOneCommand({ scoring: 'softmax', gating: 'normalised' }, byScale), route),
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
  const kept = tf.mul(scores, mask);
  // A bias may choose experts whose scores all round to 0; then the gates are 0, not NaN.
  const total = tf.add(tf.sum(kept, 1, true), 1e-18); // [tokens, 1]
  return { logits, scores, mask, gates: scaled(tf.div(kept, total), live) };
}
