import * as tf from '../../tensor/tf';
import type { Router } from '../types';

/**
 * k experts at random for each token, anew in every step: the floor that a learned router has to
 * beat. Nothing is learned; each answer weighs 1 / k, logits are 0 and scores 1 / E. The load is
 * even on average. zuo2021 (THOR) trains experts so.
 */
export default {
  name: 'random',
  label: 'random',
  source: 'zuo2021',
  needs: ['random', 'experts'],
  hasLogits: false,
  takesBias: false,

  init: () => ({}),

  route({ x, topK, experts, random }) {
    if (!random || !experts)
      throw new Error('Random routing needs random, the key of this step’s numbers, and experts.');
    const shape: [number, number] = [x.shape[0], experts]; // [tokens, experts]
    const mask = tf.topKMask(tf.randomUniform<tf.Rank.R2>(shape, random, 'router.random'), topK);
    return {
      logits: tf.zeros<tf.Rank.R2>(shape),
      scores: tf.fill<tf.Rank.R2>(shape, 1 / experts),
      mask,
      gates: tf.div(mask, topK) as tf.Tensor2D,
    };
  },
} satisfies Router;
