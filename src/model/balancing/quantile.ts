import * as tf from '../../tensor/tf';
import type { Balancer } from '../types';

/** A bias no larger than this bars its expert. */
const BARRED = -1e38;

/**
 * Quantile balancing: no step size. A token's cutoff is its (k+1)-th best biased score; the
 * margin of an expert is its raw score less that. The new bias is minus the margin that k / E of
 * the tokens exceed, so that on this batch, with these cutoffs, each expert would win exactly
 * its fair share. Repeating it solves the balanced assignment (its dual, one side at a time).
 * su2026. Between two margins the middle is taken. A bias of −∞ stays: the expert is barred.
 * `rate` and `counts` have no effect.
 */
export default {
  name: 'quantile',
  label: 'selection bias, quantile',
  source: 'su2026',

  update(bias, _counts, _rate, latest) {
    if (!latest)
      throw new Error('Quantile balancing needs the latest routing: it looks at the scores.');
    const { routing, topK } = latest;
    const { scores } = routing;
    const [tokens, experts] = scores.shape;
    if (topK >= experts || tokens < 2) return tf.clone(bias);
    const fair = Math.min(tokens - 1, Math.max(1, Math.round((tokens * topK) / experts)));
    const cutoff = largest(tf.comparable(tf.add(scores, bias)), topK + 1, 1); // [tokens, 1]
    const margins = tf.transpose(tf.sub(scores, cutoff)); // [experts, tokens]
    const around = largest(margins, fair + 1, 2); // [experts, 2]
    const next = tf.neg(tf.mean(around, 1));
    // Where no more than k are left there is no cutoff, and nothing to balance.
    const both = tf.minimum(bias, next);
    return tf.where(tf.greater(both, BARRED), next, bias) as tf.Tensor1D;
  },
} satisfies Balancer;

/** Of each row's n largest entries the last `count`: [rows, width] → [rows, count]. */
function largest(x: tf.Tensor, n: number, count: number): tf.Tensor2D {
  const { values } = tf.topk(x, n);
  return tf.slice(values, [0, n - count], [x.shape[0], count]) as tf.Tensor2D;
}
