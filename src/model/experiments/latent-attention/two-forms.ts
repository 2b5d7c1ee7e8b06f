import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import { prefixed, within } from '../../layers/names';
import { window } from '../../networks/multi-token';
import * as transformer from '../../networks/transformer';
import adam from '../../optimizers/adam';
import { clipByGlobalNorm } from '../../optimizers/clip';
import { warmUpCosine } from '../../optimizers/schedules';
import type { Params } from '../../types';
import { corpusOf, inputsAndTargets, length } from '../language-model/shared/corpus';
import { type Experiment, read } from '../types';
import { apartness, called, configOf, forms, logitsOf, placings, written } from './shared/forms';

const reads = ['latentWidth', 'rotaryWidth', 'rateSteps', 'learningRate'] as const;

/** Rows of a training step; fresh rows of each kind of line that the forms are judged by. */
const sequences = 8;
const perKind = 4;
const kinds = 6;

/**
 * Station 13: three small decoders with latent attention learn the yard's lines. One has no
 * positions, one turns its content keys, one has a rotary key apart. All are trained in the plain
 * form and read in both.
 */
export default {
  name: 'two-forms',
  reads,
  metrics: {
    loss: { label: 'mean of the losses', unit: 'nats per character' },
    losses: { label: 'cross-entropy of each model', unit: 'nats per character' },
  },

  start(settings, seed) {
    const { rateSteps, ...sizes } = read(settings, reads);
    const corpus = corpusOf({ corpus: 'yard', wagons: 64 }, {}, seed);
    const configs = placings.map((placing) => configOf(placing, corpus.words.length, sizes));
    // Equal seeds and names: what two of them share starts alike.
    const params: Params = Object.assign(
      {},
      ...placings.map((placing, i) => prefixed(placing, transformer.init(configs[i], seed))),
    );
    const names = Object.keys(params);
    const rowWidth = length + 1;
    const data = tf.tensor2d(corpus.rows, [corpus.rows.length / rowWidth, rowWidth], 'int32');
    const fresh = freshOf(corpus.fresh.rows);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: { models: placings.map((placing) => called[placing]), ways: [...forms], length },

      step({ state, live, random }) {
        const chosen = tf.randomInt<tf.Rank.R1>([sequences], random, 'rows', data.shape[0]);
        const rows: tf.Tensor2D = tf.gather(data, chosen);
        const inputs = window(rows, 0, length); // [sequences · length]
        const targets = window(rows, 1, length);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (weights) => {
          const losses = placings.map((placing, i) =>
            transformer.taskLoss(
              logitsOf(within(placing, weights), inputs, configs[i], 'plain'),
              targets,
            ),
          );
          return { loss: tf.addN(losses) as tf.Scalar, losses: tf.stack(losses) as tf.Tensor1D };
        });
        // Each is clipped by itself, so that it takes the step that it would take alone.
        const clipped: Params = Object.assign(
          {},
          ...placings.map((placing) =>
            prefixed(placing, clipByGlobalNorm(within(placing, grads), 1)),
          ),
        );
        const factor = rateSteps
          ? warmUpCosine(random.counter, { warmUpSteps: 20, to: rateSteps, floor: 0.05 })
          : 1;
        const learningRate = tf.mul(factor, live.learningRate) as tf.Scalar;
        const moved = adam.update(now, clipped, state, { learningRate });
        return {
          state: { ...moved.params, ...moved.state },
          metrics: { loss: tf.mean(seen.losses), losses: seen.losses },
        };
      },

      probes: {
        /** [3, 2]: loss of each model on fresh rows, read plain and absorbed. */
        judged: ({ state }) =>
          tf.stack(
            placings.map((placing, i) =>
              tf.stack(
                forms.map((form) =>
                  transformer.taskLoss(
                    logitsOf(within(placing, state), fresh.inputs, configs[i], form),
                    fresh.targets,
                  ),
                ),
              ),
            ),
          ),
        /** [3, length]: how far the forms are apart at each place of a row, see forms.ts. */
        apart: ({ state }) =>
          tf.stack(
            placings.map((placing, i) =>
              apartness(within(placing, state), fresh.inputs, configs[i]),
            ),
          ),
      },

      acts: {
        /** [3][2]: what each model writes now, read plain and absorbed. */
        write: async ({ state }) => {
          const texts = [];
          for (const [i, placing] of placings.entries())
            texts.push(await written(within(placing, state), configs[i], corpus, 48));
          return texts;
        },
      },

      dispose: () => tf.dispose([data, { ...fresh }]),
    };
  },
} satisfies Experiment;

/** Some of the fresh rows of each kind, as the models read them. */
function freshOf(all: Int32Array) {
  const each = all.length / kinds;
  const some = perKind * (length + 1);
  const rows = Int32Array.from(
    Array.from({ length: kinds }, (_, kind) => [
      ...all.subarray(kind * each, kind * each + some),
    ]).flat(),
  );
  const { inputs, targets } = inputsAndTargets(rows);
  return { inputs: tf.tensor1d(inputs, 'int32'), targets: tf.tensor1d(targets, 'int32') };
}
