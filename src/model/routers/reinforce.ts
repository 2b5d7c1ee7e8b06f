import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { RandomKey, Router, Routing } from '../types';

/** Larger than any logit, yet finite: takes an expert out of a softmax. */
const FAR = 1e9;

/**
 * Routing as a policy: k experts are drawn without replacement from the softmax, each answer
 * weighs 1 / k, and the router learns from how well that went: add `policyLoss` to the loss.
 * The task's own gradient does not reach the router. bengio2015, §3 (REINFORCE on which units run);
 * clark2022 (RL-R); Gumbel noise draws without replacement (k > 1 is ours).
 * While evaluating, or without a random key, the likeliest k are taken.
 */
export default {
  name: 'reinforce',
  label: 'REINFORCE',
  source: 'bengio2015',

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route({
    x,
    params,
    logits = tf.matMul(x, params['router.weight']), // [tokens, experts]
    topK,
    bias,
    random,
    evaluating,
  }) {
    const scores = tf.softmax(logits);
    // The bias belongs to the policy here: what is drawn and what is rewarded must agree. Minus
    // infinity would make a product with the 0 of "not drawn" no number.
    const policy = (bias ? tf.add(logits, tf.maximum(bias, -FAR)) : logits) as tf.Tensor2D;
    const keys = random && !evaluating ? tf.add(policy, gumbel(policy, random)) : policy;
    let mask: tf.Tensor2D = tf.zerosLike(logits);
    let logProbability: tf.Tensor = tf.zeros([logits.shape[0]]);
    for (let drawn = 1; drawn <= topK; drawn++) {
      const withNext = tf.topKMask(keys as tf.Tensor2D, drawn);
      const next = tf.sub(withNext, mask); // 1 at the expert drawn now
      const left = tf.sub(policy, tf.mul(mask, FAR)); // without those drawn before
      const chance = tf.sub(tf.sum(tf.mul(next, policy), 1), tf.logSumExp(left, 1));
      logProbability = tf.add(logProbability, chance); // [tokens]
      mask = withNext;
    }
    return {
      logits,
      scores,
      mask,
      gates: tf.div(mask, topK) as tf.Tensor2D,
      logProbability: logProbability as tf.Tensor1D,
    };
  },
} satisfies Router;

/**
 * A scalar whose gradient is that of the expected cost: mean over the tokens of
 * (cost − baseline) · log-probability of the draw. `costs` is each token's loss, [tokens]; no
 * gradient passes into it. The baseline changes no expectation, only the noise. bengio2015, §3;
 * clark2022 (baseline).
 */
export function policyLoss(routing: Routing, costs: tf.Tensor1D, baseline: tf.Scalar): tf.Scalar {
  if (!routing.logProbability)
    throw new Error('policyLoss needs the log-probabilities of a router that samples.');
  const advantage = tf.withoutGradient(
    (cost: tf.Tensor1D) => tf.sub(cost, baseline) as tf.Tensor1D,
    costs,
  );
  return tf.mean(tf.mul(advantage, routing.logProbability));
}

/** The next baseline: a running mean of the costs that forgets a twentieth in each step. */
export function nextBaseline(baseline: tf.Scalar, costs: tf.Tensor1D): tf.Scalar {
  return tf.add(tf.mul(baseline, 0.95), tf.mul(tf.mean(costs), 0.05));
}

/** Standard Gumbel numbers of the shape of `like`: −log(−log u). The bounds keep u off 0 and 1 in single precision. */
function gumbel(like: tf.Tensor2D, random: RandomKey): tf.Tensor2D {
  const u = tf.randomUniform<tf.Rank.R2>(like.shape, random, 'router.sample', 1e-6, 1 - 1e-6);
  return tf.neg(tf.log(tf.neg(tf.log(u))));
}
