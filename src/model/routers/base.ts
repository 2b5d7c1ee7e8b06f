import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Router, RouterShape } from '../types';

/**
 * BASE: of all ways to give every expert exactly tokens / E tokens, one whose sum of logits is
 * largest; the expert's answer is weighed by the sigmoid of the token's logit. lewis2021, §3.
 * While evaluating, each token goes to its largest logit. The assignment is an auction's
 * (tensor/ops/assignment/op.ts): always exactly even, its sum of logits within
 * tokens · range / 256 of the largest, range being the largest logit less the smallest.
 */
export default {
  name: 'base',
  label: 'balanced assignment (BASE)',
  source: 'lewis2021',
  takesBias: false,

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  refusal,

  route({ x, params, logits = tf.matMul(x, params['router.weight']), topK, evaluating }) {
    const [tokens, experts] = logits.shape;
    if (!evaluating) refuse(refusal({ experts, topK, tokens }));
    const scores = tf.sigmoid(logits);
    const mask = evaluating
      ? tf.topKMask(logits, 1)
      : tf.withoutGradient((plain: tf.Tensor2D) => tf.balancedAssignment(plain), logits);
    return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D, independent: true };
  },
} satisfies Router;

function refusal({ experts, topK, tokens }: RouterShape): string | undefined {
  if (topK !== 1) return `BASE sends each token to one expert; topK is ${topK}.`;
  if (tokens % experts !== 0)
    return `BASE gives every expert equally many tokens: ${tokens} tokens do not divide by ${experts} experts.`;
}
