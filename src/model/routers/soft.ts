import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Router } from '../types';

/**
 * Soft MoE: no choice at all. Each slot reads a weighted mean of a sequence's tokens (dispatch:
 * softmax over the tokens), its expert answers, and each token reads a weighted mean of all
 * slots' answers (combine: softmax over the slots). puigcerver2023, §2.1, without the
 * normalisation of x and weight that large models need.
 *
 * `slots` is what experts/soft.ts computes with. The rest says the same per expert: gates are
 * a token's combine weights summed over the expert's slots, the mask is all ones, topK and bias
 * have no effect. A token's answer depends on the whole sequence, later tokens too.
 */
export function soft(slotsPerExpert: number) {
  if (!Number.isInteger(slotsPerExpert) || slotsPerExpert < 1)
    throw new Error(`Each expert needs one slot or more, a whole number; got ${slotsPerExpert}.`);
  return {
    name: 'soft',
    label: 'soft slots (soft MoE)',
    source: 'puigcerver2023',
    perToken: 'all',
    takesBias: false,

    init: (dim, experts, seed) => ({
      'router.weight': normal<tf.Rank.R2>(
        [dim, experts * slotsPerExpert],
        dim ** -0.5,
        seed,
        'router.weight',
      ),
    }),

    route({
      x,
      params,
      logits: slotLogits = tf.matMul(x, params['router.weight']), // [tokens, slots]
      sequenceLength = x.shape[0],
    }) {
      const [tokens, slots] = slotLogits.shape;
      if (tokens % sequenceLength !== 0)
        throw new Error(`${tokens} tokens are not whole sequences of ${sequenceLength}.`);
      const shape: [number, number, number] = [tokens / sequenceLength, sequenceLength, slots];

      const perSequence = tf.reshape(slotLogits, shape); // [sequences, length, slots]
      const dispatch = tf.softmax(tf.transpose(perSequence, [0, 2, 1])) as tf.Tensor3D; // over the tokens
      const combine = tf.softmax(perSequence) as tf.Tensor3D; // over the slots

      const perExpert = [tokens, slots / slotsPerExpert, slotsPerExpert];
      const logits = tf.logSumExp(tf.reshape(slotLogits, perExpert), 2) as tf.Tensor2D;
      const scores = tf.sum(tf.reshape(combine, perExpert), 2) as tf.Tensor2D; // [tokens, experts]
      return {
        logits,
        scores,
        mask: tf.ones<tf.Rank.R2>(scores.shape),
        gates: scores,
        slots: { dispatch, combine },
      };
    },
  } satisfies Router;
}

/** Soft MoE with one slot per expert: every expert reads a mixture of a sequence's tokens. puigcerver2023. */
export default soft(1);
