import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Router } from '../types';

/**
 * ReMoE: the gate is max(0, logit), and an expert is used where it is above 0. Nothing is cut
 * off by rank, so the whole router is differentiable; how many experts a token uses follows
 * from the logits and is held near topK by an L1 penalty (balancing/l1.ts).
 * wang2024remoe, ReLU routing. `topK` is only the target of that penalty; a bias has no effect.
 */
export default {
  name: 'relu',
  label: 'ReLU (ReMoE)',
  source: 'wang2024remoe',
  perToken: 'any',
  takesBias: false,

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  route({ x, params, logits = tf.matMul(x, params['router.weight']) }) {
    const gates = tf.relu(logits); // [tokens, experts]
    return { logits, scores: gates, mask: tf.step(logits), gates, independent: true };
  },
} satisfies Router;
