import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Router } from '../types';

/** Rounds of normalising. */
const ROUNDS = 8;

/**
 * S-BASE: scale the rows (tokens) and columns (experts) of e^(logits / τ) in turn until each
 * token has weight 1 and each expert tokens / E, then choose the k largest entries of each row.
 * The load is nearly even, not exactly: choosing k of a row rounds it. The unscaled softmax
 * scores weigh. clark2022 (Sinkhorn-BASE); lewis2021 solves the same problem at τ → 0.
 * `live.temperature` is τ (1 unless given). While evaluating, tokens choose by their own logits:
 * the scaling looks at the whole batch.
 */
export default {
  name: 'sinkhorn',
  label: 'Sinkhorn (S-BASE)',
  source: 'clark2022',
  live: ['temperature'],
  takesBias: false,

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route({ x, params, logits = tf.matMul(x, params['router.weight']), topK, live, evaluating }) {
    const scores = tf.softmax(logits); // [tokens, experts]
    const mask = tf.topKMask(evaluating ? logits : balanced(logits, live?.temperature), topK);
    return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D };
  },
} satisfies Router;

/** Logits less what makes the columns even, [tokens, experts]: the scaled matrix's logarithm, up to a number per row. */
function balanced(logits: tf.Tensor2D, temperature?: tf.Scalar): tf.Tensor2D {
  return tf.withoutGradient((plain: tf.Tensor2D) => {
    const z = temperature ? tf.div(plain, temperature) : plain;
    const [tokens, experts] = z.shape;
    const fair = Math.log(tokens / experts);
    let column: tf.Tensor = tf.zeros([experts]);
    for (let round = 0; round < ROUNDS; round++) {
      const row = tf.logSumExp(tf.sub(z, column), 1, true); // [tokens, 1]
      column = tf.sub(tf.logSumExp(tf.sub(z, row), 0), fair); // [experts]
    }
    return tf.sub(z, column) as tf.Tensor2D;
  }, logits);
}
