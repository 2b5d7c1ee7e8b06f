import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { RandomKey, Router } from '../types';

/**
 * Straight-through Gumbel-softmax: Gumbel noise on the logits makes the largest a sample from
 * the softmax; forward, the chosen experts count fully (1 / k each) and the others not at all;
 * backward, the gates pretend to be the softmax of the noisy logits over τ, so that experts
 * that were not chosen get a gradient too. jang2016, eq. 1–2 and §2.2; k > 1 is ours.
 * `live.temperature` is τ (1 unless given). No noise while evaluating or without a random key.
 */
export default {
  name: 'gumbel',
  label: 'Gumbel, straight through',
  source: 'jang2016',
  live: ['temperature'],
  denseGates: true,

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route({
    x,
    params,
    logits = tf.matMul(x, params['router.weight']), // [tokens, experts]
    topK,
    bias,
    random,
    live,
    evaluating,
  }) {
    const scores = tf.softmax(logits);
    const sampling = random && !evaluating;
    const noisy: tf.Tensor2D = sampling ? tf.add(logits, gumbel(logits, random)) : logits;
    const mask = tf.topKMask(noisy, topK, bias);
    const soft = tf.softmax(live?.temperature ? tf.div(noisy, live.temperature) : noisy);
    const gates = straightThrough(tf.div(mask, topK), soft) as tf.Tensor2D;
    return { logits, scores, mask, gates };
  },
} satisfies Router;

/** Standard Gumbel numbers of the shape of `like`: −log(−log u). The bounds keep u off 0 and 1 in single precision. */
function gumbel(like: tf.Tensor2D, random: RandomKey): tf.Tensor2D {
  const u = tf.randomUniform<tf.Rank.R2>(like.shape, random, 'router.gumbel', 1e-6, 1 - 1e-6);
  return tf.neg(tf.log(tf.neg(tf.log(u))));
}

/** The value of one tensor with the gradient of another of its shape. */
function straightThrough(value: tf.Tensor, gradientOf: tf.Tensor): tf.Tensor {
  return tf.customGrad((_: tf.Tensor | tf.GradSaveFunc) => ({
    value: tf.clone(value),
    gradFunc: (dy: tf.Tensor) => dy,
  }))(gradientOf);
}
