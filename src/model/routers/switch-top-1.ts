import { normals } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import { topKMask } from '../selection';
import type { Router, RouterShape } from '../types';

/**
 * Switch: softmax, one expert per token, weighed by its own probability (not renormalised, so
 * that the task's gradient reaches the router). fedus2021, eq. 1–2 and §2.4: the input is
 * multiplied by random factors between 1 − ε and 1 + ε (`live.jitter`, 0.01 in the paper; none
 * without it or while evaluating), the weight starts small (truncated normal, variance
 * 0.1 / dim).
 */
export default {
  name: 'switch-top-1',
  label: 'Switch: top 1, jitter',
  source: 'fedus2021',
  live: ['jitter'],

  init: (dim, experts, seed) => ({
    'router.weight': truncatedNormal([dim, experts], Math.sqrt(0.1 / dim), seed, 'router.weight'),
  }),

  refusal,

  route({ x, params, topK, bias, random, live, evaluating }) {
    const weight = params['router.weight'] as tf.Tensor2D;
    refuse(refusal({ experts: weight.shape[1], topK, tokens: x.shape[0] }));
    const jittered =
      live?.jitter && random && !evaluating
        ? tf.mul(
            x,
            tf.add(1, tf.mul(live.jitter, tf.randomUniform(x.shape, random, 'jitter', -1, 1))),
          )
        : x;
    if (tf.routesByKernel(weight.shape[1])) {
      const form = { scoring: 'softmax', gating: 'plain', topK: 1 } as const;
      return tf.routeByScores(form, { x: jittered as tf.Tensor2D, weight }, bias);
    }
    const logits: tf.Tensor2D = tf.matMul(jittered, weight); // [tokens, experts]
    const scores = tf.softmax(logits);
    const mask = topKMask(bias ? tf.add<tf.Tensor2D>(scores, bias) : scores, 1);
    return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D };
  },
} satisfies Router;

function refusal({ topK }: RouterShape): string | undefined {
  if (topK !== 1) return `Switch sends each token to one expert; topK is ${topK}.`;
}

/** Normal numbers of the given standard deviation, those beyond two deviations drawn again. */
function truncatedNormal(
  shape: [number, number],
  deviation: number,
  seed: number,
  purpose: string,
): tf.Tensor2D {
  const next = normals(seed, purpose);
  const within = () => {
    let value = next();
    while (Math.abs(value) > 2) value = next();
    return deviation * value;
  };
  return tf.tensor2d(Float32Array.from({ length: shape[0] * shape[1] }, within), shape);
}
