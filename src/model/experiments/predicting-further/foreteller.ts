import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import * as multiToken from '../../networks/multi-token';
import adam from '../../optimizers/adam';
import { warmUpCosine } from '../../optimizers/schedules';
import type { Params } from '../../types';
import { corpusOf, length } from '../language-model/shared/corpus';
import { type Experiment, read, type StepInput } from '../types';
import { contextsOf, judge, toModel, writeTapes } from './shared/acts';
import { configOf, type Foreteller, foretell, init, judged } from './shared/foreteller';
import { countPasses } from './shared/writing';

const reads = [
  'corpus',
  'wagons',
  'foretells',
  'further',
  'furtherWeight',
  'shaped',
  'modelLayers',
  'drafts',
  'writingTemperature',
  'rateSteps',
  'learningRate',
] as const;

/** Rows of 64 characters in one training step. */
const sequences = 8;

/**
 * Station 14: a small decoder reads a text, and modules behind it foretell the characters beyond
 * the next. Their losses count beside its own; afterwards they draft what it writes. Adam with
 * warm-up and half a cosine.
 */
export default {
  name: 'foreteller',
  reads,
  takes: { text: 'text' },
  metrics: {
    loss: { label: 'cross-entropy of the next character', unit: 'nats' },
    further: { label: 'cross-entropy of those beyond', unit: 'nats' },
    acceptance: { label: 'share of drafts that would be accepted' },
  },

  start(settings, seed, inputs) {
    const given = read(settings, reads);
    const corpus = corpusOf(given, inputs);
    const config = configOf(corpus.words.length, given.modelLayers);
    const extra = {
      kind: given.foretells as multiToken.MultiTokenConfig['kind'],
      depths: given.further,
    };
    const params = init(config, extra, seed);
    const names = Object.keys(params);
    const data = tf.tensor2d(corpus.rows, [corpus.rows.length / (length + 1), length + 1], 'int32');
    const modelIn = (state: Params): Foreteller => ({ config, extra, params: pick(state, names) });

    return {
      state: { ...params, ...adam.init(params) },
      live: ['furtherWeight', 'learningRate', 'drafts', 'writingTemperature'],
      facts: {
        words: corpus.words,
        parameters: sizeOf(params, (name) => !name.startsWith('mtp.')),
        inModules: sizeOf(params, (name) => name.startsWith('mtp.')),
        tokensPerStep: sequences * length,
      },

      step({ state, live, random }) {
        const chosen = tf.randomInt<tf.Rank.R1>([sequences], random, 'rows', data.shape[0]);
        const rows: tf.Tensor2D = tf.gather(data, chosen);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (moving) => {
          const foretold = foretell({ config, extra, params: moving }, rows, given.shaped);
          // Without an influence on the model the weight would only scale what Adam divides by.
          const weight = given.shaped ? live.furtherWeight : tf.scalar(1);
          const further = multiToken.loss(foretold.ahead, length, weight as tf.Scalar);
          return {
            loss: tf.add(foretold.main, further) as tf.Scalar,
            main: foretold.main,
            ...judged(foretold, sequences),
          };
        });
        const factor = given.rateSteps
          ? warmUpCosine(random.counter, { warmUpSteps: 20, to: given.rateSteps, floor: 0.1 })
          : warmUpCosine(random.counter, { warmUpSteps: 20, to: 1e6 });
        const moved = adam.update(now, grads, state, {
          learningRate: tf.mul(factor, live.learningRate) as tf.Scalar,
        });
        return {
          state: { ...moved.params, ...moved.state },
          metrics: { loss: seen.main, further: seen.further, acceptance: seen.acceptance },
        };
      },

      acts: {
        /** On fresh rows: loss of the next character, and of each module loss, acceptance, agreement. */
        judge: ({ state }) => judge(modelIn(state), corpus),
        /** What it writes with `drafts` at `temperature`, pass by pass: `texts` of `count` characters. */
        tape: ({ state }, asked) => writeTapes(modelIn(state), corpus, asked),
        /** Passes, drafts and seconds with none, one … `drafts`, over `texts` of `count` characters. */
        count: async ({ state }, asked) => {
          const { texts = 6, count = 48, temperature = 1, drafts = 1, seed: from = 1 } = asked;
          const prompts = contextsOf(corpus, Number(texts));
          const wishes = {
            drafts: Math.min(Number(drafts), extra.depths),
            temperature: Number(temperature),
            count: Number(count),
            seed: Number(from),
          };
          return (await countPasses(modelIn(state), prompts, wishes)).map((each) => ({ ...each }));
        },
      },

      model: async ({ state }: StepInput) => toModel(modelIn(state), corpus),

      dispose: () => data.dispose(),
    };
  },
} satisfies Experiment;

const sizeOf = (params: Params, of: (name: string) => boolean): number =>
  Object.entries(params).reduce((sum, [name, { size }]) => sum + (of(name) ? size : 0), 0);
