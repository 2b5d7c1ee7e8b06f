import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Router, RouterShape } from '../types';

/**
 * Experts choose tokens: each takes the T·k / E tokens (rounded down) that score highest for it,
 * so the load is even by construction, and a token may get many experts or none.
 * zhou2022, eq. 1–2 (capacity factor c = k). Over "batch", as published, T is all tokens, and one
 * sequence's choice depends on its neighbours; over "sequence", T is `sequenceLength`. Either looks
 * at later tokens too: it cannot be used as is to generate text. A few tokens at a time it does
 * not work at all: below E / k of them an expert's share is less than one, and it throws.
 */
export function expertChoice(over: 'batch' | 'sequence') {
  return {
    name: 'expert-choice',
    label: 'expert choice',
    source: 'zhou2022',
    perToken: 'average',
    takesBias: false,

    init: (dim, experts, seed) => ({
      'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
    }),

    refusal,

    route({
      x,
      params,
      logits = tf.matMul(x, params['router.weight']),
      topK,
      sequenceLength = x.shape[0],
    }) {
      const [tokens, experts] = logits.shape;
      const length = over === 'sequence' ? sequenceLength : tokens;
      if (tokens % length !== 0)
        throw new Error(`${tokens} tokens are not whole sequences of ${length}.`);
      refuse(refusal({ experts, topK, tokens: length }));
      const scores = tf.softmax(logits); // over the experts
      const sequences = tokens / length;
      const places = Math.floor((length * topK) / experts);

      const byExpert = tf.transpose(tf.reshape(scores, [sequences, length, experts]), [0, 2, 1]);
      const rows: tf.Tensor2D = tf.reshape(byExpert, [sequences * experts, length]);
      const chosen = tf.reshape(tf.topKMask(rows, places), [sequences, experts, length]);
      const mask: tf.Tensor2D = tf.reshape(tf.transpose(chosen, [0, 2, 1]), [tokens, experts]);
      return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D };
    },
  } satisfies Router;
}

function refusal({ experts, topK, tokens }: RouterShape): string | undefined {
  if (topK > experts)
    return `Each token is to have ${topK} experts on average, but there are only ${experts}.`;
  if (tokens * topK < experts)
    return `Expert choice gives each expert tokens · topK / experts tokens: ${tokens} · ${topK} / ${experts} is less than one.`;
}

/** Expert choice over the whole batch, as published. zhou2022. */
export default expertChoice('batch');
