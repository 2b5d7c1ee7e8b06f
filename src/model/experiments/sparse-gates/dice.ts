import * as tf from '../../../tensor/tf';
import { seenAndGradients } from '../../gradients';
import { routers } from '../../registry';
import { policyLoss } from '../../routers/reinforce';
import type { RandomKey } from '../../types';
import { type Experiment, read } from '../types';

const reads = ['router', 'baseline', 'temperature'] as const;

/** The token routed by hand: answers of A to D, the right answer, and its logits. */
const answers = [1, 0.4, 2, -1];
const target = 2;
const logits = [2, 1, 0, -1];
/** Draws from which the estimator itself is judged. */
const judged = 4096;

/** Scores, each expert's loss, their mean, and its slope in each logit: four choices, summed up. */
export function exactly() {
  const powers = logits.map(Math.exp);
  const total = powers.reduce((sum, x) => sum + x, 0);
  const scores = powers.map((power) => power / total);
  const losses = answers.map((answer) => 0.5 * (target - answer) ** 2);
  const expected = losses.reduce((sum, loss, i) => sum + scores[i] * loss, 0);
  return { scores, losses, expected, slopes: losses.map((l, i) => scores[i] * (l - expected)) };
}

/**
 * Station 05: one expert is drawn from the softmax of fixed logits, and an estimator says from the
 * draw which way the logits should go. A step is one draw; nothing is trained. The exact slope of
 * the expected loss is known, since there are only four experts.
 */
export default {
  name: 'dice',
  reads,
  metrics: {
    loss: { label: '½ (2 − answer)² of the draw' },
    drawn: { label: 'A to D: 1 where it was drawn' },
    slopes: { label: 'estimated slope in each logit' },
    mean: { label: 'mean of the estimates so far' },
    off: { label: 'distance of the mean from the exact slope, in lengths of that' },
  },

  start(settings) {
    const { router: name, baseline, temperature } = read(settings, reads);
    const router = routers.get(name);
    if (name !== 'reinforce' && name !== 'gumbel')
      throw new Error(
        `The router "${router.label}" does not draw its experts; reinforce and gumbel do.`,
      );
    const exact = exactly();
    const experts = answers.length;
    const eye = tf.eye(experts);
    const given = tf.tensor1d(answers);
    const right = tf.tensor1d(exact.slopes);
    const level = tf.scalar(baseline ? exact.expected : 0);
    const warm = tf.scalar(temperature);
    const row = tf.tensor2d([logits]);

    /** Each draw's own estimate, [draws, 4], with what was drawn and its loss. */
    const draw = (draws: number, random: RandomKey) => {
      const { seen, grads } = seenAndGradients({ logits: tf.tile(row, [draws, 1]) }, (moving) => {
        const routing = router.route({
          x: moving.logits as tf.Tensor2D,
          params: { 'router.weight': eye },
          topK: 1,
          experts,
          random,
          ...(name === 'gumbel' && { live: { temperature: warm } }),
        });
        const answer = tf.sum(tf.mul(routing.gates, given), 1);
        const costs = tf.mul(0.5, tf.square(tf.sub(target, answer))) as tf.Tensor1D;
        const policy = routing.logProbability
          ? tf.mul(policyLoss(routing, costs, level), draws)
          : tf.scalar(0);
        const loss = tf.add(tf.sum(costs), policy) as tf.Scalar;
        return { loss, costs, mask: routing.mask };
      });
      return { slopes: grads.logits, costs: seen.costs, mask: seen.mask };
    };
    const distance = (mean: tf.Tensor) => tf.div(length(tf.sub(mean, right)), length(right));

    return {
      state: { sum: tf.zeros([experts]), count: tf.scalar(0) },
      live: [],
      facts: { exact: exact.slopes, expected: exact.expected },

      step({ state, random }) {
        const { slopes, costs, mask } = draw(1, random);
        const one = tf.reshape(slopes, [experts]);
        const [sum, count] = [tf.add(state.sum, one), tf.add(state.count, 1)];
        const mean = tf.div(sum, count);
        return {
          state: { sum, count },
          metrics: {
            loss: tf.sum(costs),
            drawn: tf.reshape(mask, [experts]),
            slopes: one,
            mean,
            off: distance(mean) as tf.Scalar,
          },
        };
      },

      probes: {
        /**
         * The estimator judged by many draws: the mean [4], the spread of one draw in lengths of the
         * mean, and the cosine between the mean and the exact slope.
         */
        judged: ({ random }) => {
          const key = { seed: random.seed + 1000, counter: tf.zerosLike(random.counter) };
          const { slopes } = draw(judged, key);
          const mean = tf.mean(slopes, 0);
          const away = tf.mean(tf.sum(tf.square(tf.sub(slopes, mean)), 1));
          const along = tf.sum(tf.mul(mean, right));
          const cosine = tf.div(along, tf.mul(length(mean), length(right)));
          const spread = tf.div(tf.sqrt(away), length(mean));
          return tf.concat([mean, tf.stack([spread, cosine]) as tf.Tensor1D]);
        },
      },

      dispose: () => tf.dispose([eye, given, right, level, warm, row]),
    };
  },
} satisfies Experiment;

const length = (vector: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(vector)));
