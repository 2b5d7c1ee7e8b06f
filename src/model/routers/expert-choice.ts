import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Router, RouterShape } from '../types';

/**
 * Experts choose tokens: each takes the T·k / E tokens (rounded down) that score highest for it,
 * so the load is even by construction, and a token may get many experts or none.
 * zhou2022, eq. 1–2 (capacity factor c = k). A choice looks at all tokens of the batch, later ones
 * too: it cannot be used as is to generate text.
 */
export default {
  name: 'expert-choice',
  label: 'expert choice',
  source: 'zhou2022',
  perToken: 'average',
  takesBias: false,

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  refusal,

  route({ x, params, logits = tf.matMul(x, params['router.weight']), topK }) {
    const [tokens, experts] = logits.shape;
    refuse(refusal({ experts, topK, tokens }));
    const scores = tf.softmax(logits); // over the experts
    const places = Math.floor((tokens * topK) / experts);
    const chosen = tf.topKMask(tf.transpose(scores) as tf.Tensor2D, places); // [experts, tokens]
    const mask = tf.transpose(chosen);
    return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D };
  },
} satisfies Router;

function refusal({ experts, topK, tokens }: RouterShape): string | undefined {
  if (topK > experts)
    return `Each token is to have ${topK} experts on average, but there are only ${experts}.`;
  if (tokens * topK < experts)
    return `Expert choice gives each expert tokens · topK / experts tokens: ${tokens} · ${topK} / ${experts} is less than one.`;
}
