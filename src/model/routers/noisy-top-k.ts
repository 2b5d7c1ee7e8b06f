import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { topKMask } from '../selection';
import type { Router } from '../types';

/**
 * Noisy top-k gating: normal noise with a learned deviation moves the logits before the k
 * largest are kept and softmaxed among themselves. shazeer2017, eq. 3–5. Both matrices start
 * near zero, so that the noise alone spreads the first tokens (the paper starts them at zero).
 * x [tokens, dim] → routing [tokens, experts]; `evaluating` leaves the noise out.
 * Throws without `random`, and if topK is not between 1 and the experts.
 */
export default {
  name: 'noisy-top-k',
  label: 'noisy top k',
  source: 'shazeer2017',
  needs: ['random'],

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], 0.01, seed, 'router.weight'),
    'router.noise': normal<tf.Rank.R2>([dim, experts], 0.01, seed, 'router.noise'),
  }),

  route({ x, params, topK, bias, random, evaluating }) {
    const logits: tf.Tensor2D = tf.matMul(x, params['router.weight']); // [tokens, experts]
    const deviation = tf.softplus(
      tf.matMul(x, params['router.noise'] as tf.Tensor2D),
    ) as tf.Tensor2D; // [tokens, experts]
    if (!random && !evaluating)
      throw new Error('Noisy top-k needs random numbers while training: pass the step’s key.');
    const noisy = evaluating
      ? logits
      : (tf.add(
          logits,
          tf.mul(deviation, tf.randomNormal(logits.shape, random!, 'router.noise')),
        ) as tf.Tensor2D);
    if (tf.routesByKernel(noisy.shape[1])) {
      const by = bias ? 'scores' : 'logits';
      const form = { scoring: 'softmax', gating: 'softmax', topK, by } as const;
      const routed = tf.routeByScores(form, { logits: noisy }, bias);
      return { ...routed, logits, noise: { noisy, deviation } };
    }
    const mask = topKMask(bias ? tf.add(tf.softmax(noisy), bias) : noisy, topK);
    // Softmax among the kept: the others are far below, not minus infinity, which WGSL may lack.
    const kept = tf.add(noisy, tf.mul(tf.sub(mask, 1), 1e9)) as tf.Tensor2D;
    const gates = tf.mul(tf.softmax(kept), mask) as tf.Tensor2D;
    return { logits, scores: tf.softmax(noisy), mask, gates, noise: { noisy, deviation } };
  },
} satisfies Router;
