import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import { counts } from '../../metrics';
import { type Decoder, house, sparseLayers } from '../../networks/decoder';
import * as multiToken from '../../networks/multi-token';
import * as transformer from '../../networks/transformer';
import adamw from '../../optimizers/adamw';
import { clipByGlobalNorm } from '../../optimizers/clip';
import { warmUp, warmUpCosine } from '../../optimizers/schedules';
import type { Params } from '../../types';
import { writeLines } from '../language-model/shared/acts';
import { type Corpus, corpusOf, inputsAndTargets, length } from '../language-model/shared/corpus';
import { judged } from '../predicting-further/shared/foreteller';
import { type Experiment, read } from '../types';
import { evenLoad, factsOf, gaugesOf, usualAfter } from './shared/gauges';
import { follow } from './shared/journey';
import { configOf, modulesOf } from './shared/model';

const reads = [
  'attention',
  'latentWidth',
  'rotaryWidth',
  'keyValueHeads',
  'sparse',
  'experts',
  'topK',
  'expertHidden',
  'sharedExperts',
  'denseHidden',
  'router',
  'keepsEven',
  'balanceStrength',
  'biasRate',
  'firstBias',
  'mostGroups',
  'predictors',
  'furtherWeight',
  'rateSteps',
  'learningRate',
] as const;

/** Rows of 64 characters in one training step. */
const sequences = 4;

/**
 * Station 17: the pieces of DeepSeek-V3 in one small model, each of which can be taken out. AdamW
 * with warm-up, half a cosine and clipped gradients, as for the large one.
 */
export default {
  name: 'whole',
  reads,
  takes: { text: 'text' },
  metrics: {
    loss: { label: 'cross-entropy of the next character', unit: 'nats' },
    further: { label: 'cross-entropy of the one after it', unit: 'nats' },
    acceptance: { label: 'share of first drafts that would be accepted' },
    /** Of the middle sparse layer, in the batch. */
    load: { label: 'share of the assignments' },
    /** Mean over the sparse layers, of the load of about the last thirty batches. */
    maxVio: { label: 'busiest expert, above its fair share' },
    idle: { label: 'idle experts' },
    /** Mean over tokens and sparse layers. */
    nodes: { label: 'nodes of a character' },
  },

  start(settings, seed, inputs) {
    const given = read(settings, reads);
    const corpus = corpusOf({ corpus: 'yard', wagons: 0 }, inputs, seed);
    const config = configOf(given, corpus.words.length);
    const extra = modulesOf(given);
    const model = transformer.init(config, seed);
    const params: Params = {
      ...model,
      ...(extra && multiToken.init(config, extra, seed)),
    };
    const names = Object.keys(params);
    const sparse = sparseLayers(config);
    const experts = config.moe?.experts ?? 0;
    const balancer = config.moe?.balancer;
    // The routers of the modules stand behind those of the layers.
    const routed = [
      ...sparse,
      ...Array.from(
        { length: config.moe && extra ? extra.depths : 0 },
        (_, i) => config.layers + i,
      ),
    ];
    const biased = balancer?.update ? routed : [];
    const data = tf.tensor2d(corpus.rows, [corpus.rows.length / (length + 1), length + 1], 'int32');
    const fresh = onDevice(inputsAndTargets(someRows(corpus)));
    const biasesIn = (state: Params) =>
      Array.from(
        { length: config.layers + (extra?.depths ?? 0) },
        (_, layer) => state[`bias.${layer}`] as tf.Tensor1D | undefined,
      );
    const decoderIn = (state: Params): Decoder => ({
      shape: { ...house, words: corpus.words, seed, experts, topK: given.topK },
      config,
      params: pick(state, Object.keys(model)),
      biases: biasesIn(state),
    });
    const each = <T>(layers: number[], name: string, make: () => T) =>
      Object.fromEntries(layers.map((layer) => [`${name}.${layer}`, make()]));

    return {
      state: {
        ...params,
        ...adamw.init(params),
        ...each(biased, 'bias', () => tf.fill([experts], given.firstBias)),
        ...each(sparse, 'usual', () => evenLoad(experts)),
      },
      live: ['learningRate', 'biasRate', 'balanceStrength', 'furtherWeight'],
      facts: factsOf(config, extra, sequences * length),

      step({ state, live, random }) {
        const chosen = tf.randomInt<tf.Rank.R1>([sequences], random, 'rows', data.shape[0]);
        const rows: tf.Tensor2D = tf.gather(data, chosen);
        const options = { sequenceLength: length, biases: biasesIn(state), random };
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (moving) => {
          const first = multiToken.window(rows, 0, length);
          const out = transformer.forward(moving, first, config, options);
          const main = transformer.taskLoss(out.logits, multiToken.window(rows, 1, length));
          const ahead = extra
            ? multiToken.forward(moving, out.hidden, rows, config, extra, options)
            : [];
          const parts = [main];
          if (extra) parts.push(multiToken.loss(ahead, length, live.furtherWeight));
          if (balancer?.loss) {
            const uneven = multiToken.balanceLoss(out, ahead, config, length);
            parts.push(tf.mul(uneven, live.balanceStrength));
          }
          const blocks = [...out.blocks, ...ahead.map(({ block }) => block)];
          const foretold = extra && judged({ out, ahead, main }, sequences);
          return {
            loss: tf.addN(parts) as tf.Scalar,
            main,
            further: foretold ? tf.mean(foretold.further) : tf.scalar(0),
            acceptance: foretold ? firstOf(foretold.acceptance) : tf.scalar(0),
            ...(Object.fromEntries(
              routed.map((layer) => [`mask.${layer}`, blocks[layer].routing!.mask]),
            ) as Params),
          };
        });
        const maskOf = (layer: number) =>
          (seen as unknown as Params)[`mask.${layer}`] as tf.Tensor2D;
        const factor = given.rateSteps
          ? warmUpCosine(random.counter, { warmUpSteps: 20, to: given.rateSteps, floor: 0.05 })
          : warmUp(random.counter, 20);
        const moved = adamw.update(now, clipByGlobalNorm(grads, 1), state, {
          learningRate: tf.mul(factor, live.learningRate) as tf.Scalar,
        });
        const masks = sparse.map(maskOf);
        const usual = sparse.map((layer, i) =>
          usualAfter(state[`usual.${layer}`] as tf.Tensor1D, masks[i]),
        );
        return {
          state: {
            ...moved.params,
            ...moved.state,
            ...Object.fromEntries(
              biased.map((layer) => [
                `bias.${layer}`,
                balancer!.update!(
                  state[`bias.${layer}`] as tf.Tensor1D,
                  counts(maskOf(layer)),
                  live.biasRate,
                ),
              ]),
            ),
            ...Object.fromEntries(sparse.map((layer, i) => [`usual.${layer}`, usual[i]])),
          },
          metrics: {
            loss: seen.main,
            further: seen.further,
            acceptance: seen.acceptance,
            ...gaugesOf(usual, masks),
          },
        };
      },

      probes: {
        /** Loss on rows that nobody learns from, nats per character. */
        fresh({ state }) {
          const { logits } = transformer.forward(
            pick(state, Object.keys(model)),
            fresh.inputs,
            config,
            { sequenceLength: length, biases: biasesIn(state), evaluating: true },
          );
          return tf.reshape(transformer.taskLoss(logits, fresh.targets), [1]);
        },
      },

      acts: {
        /** Lines that it writes now; `texts`, `count`, `temperature` and `seed` may be asked for. */
        write: ({ state }, asked) => writeLines(decoderIn(state), corpus, asked),
        /** The journey of each character of a `text`; of a fresh line unless one is asked for. */
        follow: ({ state }, asked) =>
          follow(
            { decoder: decoderIn(state), params: pick(state, names), modules: extra, corpus },
            asked,
          ),
      },

      dispose: () => tf.dispose([data, fresh.inputs, fresh.targets]),
    };
  },
} satisfies Experiment;

/** Every fourth fresh row: as many of each kind, and few enough to be judged while it trains. */
function someRows({ fresh }: Corpus): Int32Array {
  const width = length + 1;
  return fresh.rows.filter((_, at) => Math.floor(at / width) % 4 === 0);
}

const onDevice = ({ inputs, targets }: ReturnType<typeof inputsAndTargets>) => ({
  inputs: tf.tensor1d(inputs, 'int32'),
  targets: tf.tensor1d(targets, 'int32'),
});

const firstOf = (row: tf.Tensor1D): tf.Scalar => tf.reshape(tf.slice(row, 0, 1), []);
