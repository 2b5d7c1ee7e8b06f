import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Router, RouterInput, Routing } from '../types';

/**
 * Noisy top-k gating: normal noise with a learned deviation moves the logits before the k
 * largest are kept and softmaxed among themselves. shazeer2017, eq. 3–5. Both matrices start
 * near zero, so that the noise alone spreads the first tokens (the paper starts them at zero).
 * With k = 1 the gate is always 1, so that the router learns nothing from the task.
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

  route: tf.fused(routeInOneCommand, route),
} satisfies Router;

function route(input: RouterInput): Routing {
  const { topK, bias } = input;
  const { logits, noisy, deviation } = withNoise(input); // [tokens, experts] each
  const scores = tf.softmax(noisy);
  const mask = bias ? tf.topKMask(scores, topK, bias) : tf.topKMask(noisy, topK);
  // Softmax among the kept: the others are far below, not minus infinity, which WGSL may lack.
  const kept = tf.add(noisy, tf.mul(tf.sub(mask, 1), 1e9));
  const gates = tf.mul(tf.softmax(kept), mask) as tf.Tensor2D;
  return { logits, scores, mask, gates, noise: { noisy, deviation } };
}

/** x · weight, the same with noise, and the noise's deviation: [tokens, experts] each. */
function withNoise({ x, params, logits: given, random, evaluating }: RouterInput) {
  if (!params['router.noise'])
    throw new Error(
      'Noisy top-k makes its noise from the tokens: beside logits it needs x, params.',
    );
  const logits: tf.Tensor2D = given ?? tf.matMul(x, params['router.weight']);
  const deviation: tf.Tensor2D = tf.softplus(tf.matMul(x, params['router.noise']));
  if (evaluating) return { logits, deviation, noisy: logits };
  if (!random)
    throw new Error('Noisy top-k needs random numbers while training: pass the step’s key.');
  const noise = tf.randomNormal(logits.shape, random, 'router.noise');
  const noisy: tf.Tensor2D = tf.add(logits, tf.mul(deviation, noise));
  return { logits, deviation, noisy };
}

function routeInOneCommand(input: RouterInput): Routing | undefined {
  let made: ReturnType<typeof withNoise>;
  const routed = tf.routeByScores(
    {
      scoring: 'softmax',
      gating: 'softmax',
      topK: input.topK,
      by: input.bias ? 'scores' : 'logits',
    },
    (input.logits ?? input.params['router.weight']).shape[1]!,
    () => {
      made = withNoise(input);
      return { logits: made.noisy };
    },
    input.bias,
  );
  if (!routed) return;
  const { logits, ...noise } = made!;
  return { ...routed, logits, noise };
}
