import * as tf from '../../../tensor/tf';
import { seenAndGradients } from '../../gradients';
import { routers } from '../../registry';
import { type Experiment, numbers, read } from '../types';

const reads = ['router', 'topK', 'learningRate'] as const;

/** Answers of the experts A to D; the right answer is C's. */
const answers = [1, 0.4, 2, -1];
const target = 2;
const start = [2, 1, 0, -1];
/** Places at which the loss is drawn as a function of one logit. */
const places = Array.from({ length: 101 }, (_, i) => -2 + i * 0.05);

/**
 * Station 05: one token and four experts whose answers are known. A step follows the arrows on the
 * logits, z ← z − η ∂L/∂z with L = ½ (target − answer)², through any router of the library.
 */
export default {
  name: 'by-hand',
  reads,
  takes: { logits: 'numbers' },
  seedless: true,
  metrics: {
    loss: { label: '½ (2 − answer)²' },
    logits: { label: 'logits of A, B, C, D' },
    slopes: { label: 'slope of the loss in each logit' },
    gates: { label: 'gates' },
  },
  defaultInputs: () => ({ logits: { shape: [4], data: Float32Array.from(start) } }),

  start(settings, _seed, inputs) {
    const { router: name, topK } = read(settings, reads);
    const router = routers.get(name);
    const refusal = router.refusal?.({ experts: answers.length, topK, tokens: 1 });
    if (refusal) throw new Error(refusal);
    if (router.needs?.length || router.perToken === 'all' || router.perToken === 'average')
      throw new Error(
        `The router "${router.label}" does not choose by one token's logits alone; take another.`,
      );
    const eye = tf.eye(answers.length);
    const noise = tf.zerosLike(eye);
    const given = tf.tensor1d(answers);

    /** Routing and loss of each row of logits, [rows, 4]. */
    const look = (logits: tf.Tensor2D) => {
      const { gates, scores, mask } = router.route({
        x: logits,
        params: { 'router.weight': eye, 'router.noise': noise },
        topK,
        experts: answers.length,
        evaluating: true,
      });
      const answer = tf.sum(tf.mul(gates, given), 1);
      const losses = tf.mul(0.5, tf.square(tf.sub(target, answer))) as tf.Tensor1D;
      return { gates, scores, mask, answer, losses };
    };
    /** Loss and slopes at one row of logits, [4]. */
    const slopesAt = (logits: tf.Tensor1D) =>
      seenAndGradients({ logits }, (moving) => {
        const row = tf.reshape(moving.logits, [1, -1]) as tf.Tensor2D;
        const { losses, gates, scores, mask } = look(row);
        // A choice without a gradient must still touch what it is asked about.
        const touched = tf.add(tf.sum(losses), tf.mul(tf.sum(moving.logits), 0));
        return { loss: touched as tf.Scalar, gates, scores, mask };
      });
    const first = numbers(inputs, 'logits')?.data ?? Float32Array.from(start);

    return {
      state: { logits: tf.tensor1d(Array.from(first)) },
      live: ['learningRate'],
      facts: { answers, target, places },

      step({ state, live }) {
        const logits = state.logits as tf.Tensor1D;
        const { seen, grads } = slopesAt(logits);
        return {
          state: { logits: tf.sub(logits, tf.mul(live.learningRate, grads.logits)) },
          metrics: {
            loss: seen.loss,
            logits: tf.clone(logits),
            slopes: grads.logits,
            gates: tf.reshape(seen.gates, [-1]),
          },
        };
      },

      probes: {
        /** [5, 4]: logits, scores, mask, gates and slopes as they stand. */
        table: ({ state }) => {
          const logits = state.logits as tf.Tensor1D;
          const { seen, grads } = slopesAt(logits);
          const rows = [logits, seen.scores, seen.mask, seen.gates, grads.logits];
          return tf.stack(rows.map((row) => tf.reshape(row, [-1])));
        },
        /** [4, places]: the loss if one logit alone were elsewhere. */
        cliffs: ({ state }) => {
          const logits = tf.reshape(state.logits, [1, 1, 4]);
          const moved = answers.map((_, expert) => {
            const own = tf.reshape(tf.oneHot([expert], 4), [1, 1, 4]);
            const at = tf.mul(tf.reshape(tf.tensor1d(places), [1, -1, 1]), own);
            return tf.add(tf.mul(logits, tf.sub(1, own)), at);
          });
          const { losses } = look(tf.reshape(tf.concat(moved), [-1, 4]) as tf.Tensor2D);
          return tf.reshape(losses, [4, places.length]);
        },
      },

      dispose: () => tf.dispose([eye, noise, given]),
    };
  },
} satisfies Experiment;
