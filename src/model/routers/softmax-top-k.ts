import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { topKMask } from '../selection';
import type { Router, Routing } from '../types';

/** Softmax over all experts, the chosen ones' scores as they are. */
const form = { scoring: 'softmax', gating: 'plain' } as const;

/**
 * Softmax over all experts, keep the k largest as they are: the gates of a token sum to less
 * than 1, and a gate says how sure the router was. dai2024, eq. 9–11 (without shared experts).
 * x [tokens, dim] → routing [tokens, experts]. Throws if topK is not between 1 and the experts.
 */
export default {
  name: 'softmax-top-k',
  label: 'softmax, top k',
  source: 'dai2024',

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route({ x, params, topK, bias }) {
    if (tf.routesByKernel(params['router.weight'].shape[1]!))
      return tf.routeByScores({ ...form, topK }, { x, weight: params['router.weight'] }, bias);
    const logits: tf.Tensor2D = tf.matMul(x, params['router.weight']); // [tokens, experts]
    return chosenFrom(logits, topK, bias);
  },
} satisfies Router;

/** The same from logits [tokens, experts], wherever they come from. */
export function chosenFrom(logits: tf.Tensor2D, topK: number, bias?: tf.Tensor): Routing {
  if (tf.routesByKernel(logits.shape[1]))
    return tf.routeByScores({ ...form, topK }, { logits }, bias);
  const scores = tf.softmax(logits);
  const mask = topKMask(bias ? tf.add<tf.Tensor2D>(scores, bias) : scores, topK);
  return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D };
}
