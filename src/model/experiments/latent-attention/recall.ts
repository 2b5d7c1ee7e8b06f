import * as tf from '../../../tensor/tf';
import { elementsPerToken } from '../../accounting/cache';
import { describe as architectureOf } from '../../accounting/ours';
import { pick, seenAndGradients } from '../../gradients';
import type { BlockConfig } from '../../layers/block';
import * as crossEntropy from '../../layers/cross-entropy';
import { cacheBytes } from '../../layers/kv-cache';
import adam from '../../optimizers/adam';
import { warmUpCosine } from '../../optimizers/schedules';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import { length, questions, type RecallRows, recallRows } from './shared/recall-rows';
import * as recaller from './shared/recaller';

const reads = [
  'attention',
  'keyValueHeads',
  'latentWidth',
  'rotaryWidth',
  'attributes',
  'rateSteps',
  'learningRate',
] as const;

/** Rows of a training step, rows to draw them from, and rows of the judgement. */
const batch = 16;
const trainingRows = 8192;
const freshRows = 128;

/**
 * Station 13: what a cache must hold. One layer of attention has to answer questions about items
 * that it has seen; how much it may keep of each is its kind, or the width of its latent.
 */
export default {
  name: 'recall',
  reads,
  metrics: { loss: { label: 'cross-entropy', unit: 'nats per question' } },

  start(settings, seed) {
    const { attributes, rateSteps, ...kept } = read(settings, reads);
    const config = recaller.configOf(kept);
    const params = recaller.init(config, attributes, seed);
    const names = Object.keys(params);
    const seen = onDevice(recallRows(seed, 'train', trainingRows, attributes));
    const fresh = onDevice(recallRows(seed, 'fresh', freshRows, attributes));
    const flat = (signs: tf.Tensor3D) => tf.reshape(signs, [-1, 1 + attributes]) as tf.Tensor2D;

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: {
        parameters: Object.values(params).reduce((sum, { size }) => sum + size, 0),
        ...bytesOf(config, params, fresh.signs),
      },

      step({ state, live, random }) {
        const chosen = tf.randomInt<tf.Rank.R1>([batch], random, 'rows', trainingRows);
        const signs = flat(tf.gather(seen.signs, chosen));
        const answers = tf.reshape(tf.gather(seen.answers, chosen), [-1]) as tf.Tensor1D;
        const now = pick(state, names);
        const { seen: found, grads } = seenAndGradients(now, (weights) => ({
          loss: crossEntropy.forward(recaller.forward(weights, signs, config).logits, answers),
        }));
        const factor = rateSteps
          ? warmUpCosine(random.counter, { warmUpSteps: 30, to: rateSteps, floor: 0.1 })
          : 1;
        const learningRate = tf.mul(factor, live.learningRate) as tf.Scalar;
        const moved = adam.update(now, grads, state, { learningRate });
        return { state: { ...moved.params, ...moved.state }, metrics: { loss: found.loss } };
      },

      probes: {
        /** [2]: loss on fresh rows, and the share of their questions that is answered right. */
        fresh({ state }) {
          const { logits } = recaller.forward(pick(state, names), flat(fresh.signs), config);
          const answers = tf.reshape(fresh.answers, [-1]) as tf.Tensor1D;
          const right = tf.cast(tf.equal(tf.argMax(logits, 1), answers), 'float32');
          return tf.stack([crossEntropy.forward(logits, answers), tf.mean(right)]);
        },
      },

      dispose: () => tf.dispose([{ ...seen }, { ...fresh }]),
    };
  },
} satisfies Experiment;

/** signs [rows, length, 1 + attributes] and answers [rows, questions], both int32. */
const onDevice = ({ rows, signs, answers }: RecallRows) => ({
  signs: tf.tensor3d(signs, [rows, length, signs.length / rows / length], 'int32'),
  answers: tf.tensor2d(answers, [rows, questions], 'int32'),
});

/**
 * Bytes that the layer keeps of a token: of the arrays that it keeps of these rows, and by the
 * formula. A test holds the two together.
 */
function bytesOf(config: BlockConfig, params: Params, signs: tf.Tensor3D) {
  const [rows, , wide] = signs.shape;
  const arrays = tf.tidy(() => {
    const tokens = tf.reshape(signs, [-1, wide]) as tf.Tensor2D;
    return cacheBytes(recaller.forward(params, tokens, config).cache);
  });
  const [{ attention }] = architectureOf({ ...config, vocabulary: 2, layers: 1 }).layers;
  return { bytesPerToken: arrays / (rows * length), byFormula: 4 * elementsPerToken(attention) };
}
