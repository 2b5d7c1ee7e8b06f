import * as tf from '../../tensor/tf';
import type { Balancer, RoutingPart } from '../types';

/**
 * Narrower noise counts as this: single precision knows the logits no better, and holds a deviation
 * below e⁻¹⁰³ as 0, by which nothing can be divided.
 */
const NARROWEST = 1e-6;

/**
 * Squared coefficient of variation of the experts' smooth load: for each token the probability
 * that an expert would be chosen if its own noise were drawn again, which has a gradient where
 * the count has none. shazeer2017, eq. 8–11. 0 at even load, E − 1 at full collapse. Needs a
 * router with noise, and fewer experts per token than there are. Where the noise all but vanishes,
 * the probability is 0 or 1 and has no gradient.
 */
export default {
  name: 'load',
  label: 'smooth load (Shazeer)',
  source: 'shazeer2017',
  needs: ['noise'],
  extremes: (experts) => ({ even: 0, collapsed: experts - 1 }),

  loss({ logits, noise }: RoutingPart<'logits' | 'noise'>, topK) {
    const experts = logits.shape[1];
    if (!noise) throw new Error('The smooth load needs a router that adds noise to its logits.');
    if (topK >= experts)
      throw new Error(
        `The smooth load needs an expert that is not chosen: topK ${topK} of ${experts} experts.`,
      );
    const { noisy, deviation } = noise;
    const best = (k: number) => tf.withoutGradient((z: tf.Tensor2D) => tf.topKMask(z, k), noisy);
    const chosen = best(topK);
    const before = topK > 1 ? best(topK - 1) : tf.zerosLike(chosen);
    const next = tf.sub(best(topK + 1), chosen); // 1 at the (k+1)-th largest
    const last = tf.sub(chosen, before); // 1 at the k-th largest
    // To be in, a chosen expert has to beat the (k+1)-th, any other the k-th.
    const toStay = tf.sum(tf.mul(noisy, next), 1, true); // [tokens, 1]
    const toEnter = tf.sum(tf.mul(noisy, last), 1, true);
    const threshold = tf.add(tf.mul(chosen, toStay), tf.mul(tf.sub(1, chosen), toEnter));
    const width = tf.maximum(deviation, NARROWEST);
    const probability = normalBelow(tf.div(tf.sub(logits, threshold), width));
    return squaredVariation(tf.sum(probability, 0) as tf.Tensor1D);
  },
} satisfies Balancer;

/** Share of a standard normal distribution below x. */
const normalBelow = (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

/** Variance over squared mean. */
function squaredVariation(x: tf.Tensor1D): tf.Scalar {
  const mean = tf.mean(x);
  return tf.div(tf.mean(tf.square(tf.sub(x, mean))), tf.square(mean));
}
