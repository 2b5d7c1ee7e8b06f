import * as tf from '../../../tensor/tf';
import { flopsPerToken, meanContext } from '../../accounting/flops';
import { describe as architectureOf } from '../../accounting/ours';
import { countParameters } from '../../accounting/parameters';
import { pick, seenAndGradients } from '../../gradients';
import { counts, load } from '../../metrics';
import {
  configOf,
  type Decoder,
  type DecoderShape,
  house,
  sparseLayers,
  toModel,
} from '../../networks/decoder';
import { window } from '../../networks/multi-token';
import * as transformer from '../../networks/transformer';
import adam from '../../optimizers/adam';
import { clipByGlobalNorm } from '../../optimizers/clip';
import { warmUp, warmUpCosine } from '../../optimizers/schedules';
import type { Params } from '../../types';
import { type Experiment, read, type Settings, type StepInput } from '../types';
import { judge, kindShares, routeText, writeLines } from './shared/acts';
import { type Corpus, corpusOf, length } from './shared/corpus';

/** Rows of one training step. */
const sequences = 16;

const reads = [
  'corpus',
  'wagons',
  'sparse',
  'experts',
  'topK',
  'expertHidden',
  'sharedExperts',
  'denseHidden',
  'router',
  'balancer',
  'balanceStrength',
  'biasRate',
  'rateSteps',
  'learningRate',
] as const;

/**
 * Station 10: a decoder of four layers that reads a text character by character, with experts in
 * some of its layers, each with a router of its own. Adam with warm-up, half a cosine and clipped
 * gradients; latent attention; `house` in networks/decoder.ts is its standard form, which travels
 * to later stations.
 */
export default {
  name: 'decoder',
  reads,
  takes: { text: 'text' },
  metrics: {
    loss: { label: 'cross-entropy', unit: 'nats per character' },
    load: { label: 'share of the assignments, layer by layer' },
  },

  start(settings, seed, inputs) {
    const { rateSteps, balanceStrength: _, ...given } = read(settings, reads);
    const corpus = corpusOf(given, inputs);
    const shape = shapeOf(settings, corpus.words, seed);
    const config = configOf(shape);
    const sparse = sparseLayers(config);
    const params = transformer.init(config, seed);
    const names = Object.keys(params);
    const moving = config.moe?.balancer?.update;
    const data = tf.tensor2d(corpus.rows, [corpus.rows.length / (length + 1), length + 1], 'int32');
    const biasNames = moving ? sparse.map((layer) => `bias.${layer}`) : [];
    const biasesIn = (state: Params) =>
      Array.from({ length: config.layers }, (_, layer) =>
        moving ? (state[`bias.${layer}`] as tf.Tensor1D | undefined) : undefined,
      );
    const decoderIn = (state: Params): Decoder => ({
      shape,
      config,
      params: pick(state, names),
      biases: biasesIn(state),
    });

    return {
      state: {
        ...params,
        ...adam.init(params),
        ...Object.fromEntries(biasNames.map((name) => [name, tf.zeros([shape.experts])])),
      },
      live: ['learningRate', 'biasRate', 'balanceStrength'],
      facts: factsOf(shape, corpus, sparse),

      step({ state, live, random }) {
        const chosen = tf.randomInt<tf.Rank.R1>([sequences], random, 'rows', data.shape[0]);
        const tokens: tf.Tensor2D = tf.gather(data, chosen);
        const inputs = window(tokens, 0, length); // [sequences · length]
        const targets = window(tokens, 1, length);
        const options = { sequenceLength: length, biases: biasesIn(state), random };
        const { seen, grads } = seenAndGradients(pick(state, names), (params) => {
          const out = transformer.forward(params, inputs, config, options);
          const task = transformer.taskLoss(out.logits, targets);
          const loss = config.moe?.balancer?.loss
            ? (tf.add(
                task,
                tf.mul(transformer.balanceLoss(out, config, length), live.balanceStrength),
              ) as tf.Scalar)
            : task;
          const masks = sparse.map((layer) => [`mask.${layer}`, out.blocks[layer].routing!.mask]);
          return { loss, task, ...(Object.fromEntries(masks) as Params) };
        });
        const masks = sparse.map((layer) => seen[`mask.${layer}` as 'loss'] as never);
        const loads = masks.map(load);
        const factor = rateSteps
          ? warmUpCosine(random.counter, { warmUpSteps: 20, to: rateSteps, floor: 0.05 })
          : warmUp(random.counter, 20);
        const moved = adam.update(pick(state, names), clipByGlobalNorm(grads, 1), state, {
          learningRate: tf.mul(factor, live.learningRate),
        });
        const biases = biasNames.map((name, i) => [
          name,
          moving!(state[name] as tf.Tensor1D, counts(masks[i]), live.biasRate),
        ]);
        return {
          state: { ...moved.params, ...moved.state, ...Object.fromEntries(biases) },
          metrics: {
            loss: seen.task,
            load: loads.length ? tf.concat(loads) : tf.zeros([1]),
          },
        };
      },

      acts: {
        /** Loss on fresh rows in nats per character, of each kind and in all. */
        judge: ({ state }) => judge(decoderIn(state), corpus),
        /** Lines that it writes now; `texts`, `count`, `temperature` and `seed` may be asked for. */
        write: ({ state }, asked) => writeLines(decoderIn(state), corpus, asked),
        /** Who takes which character of a text, `{ text }`, in every sparse layer. */
        route: ({ state }, { text }) => routeText(decoderIn(state), corpus, String(text ?? '')),
        /** [layers, kinds, experts]: of each kind's characters, the share each expert has. */
        kinds: ({ state }) => kindShares(decoderIn(state), corpus),
      },

      model: ({ state }: StepInput) => toModel(decoderIn(state)),
      dispose: () => data.dispose(),
    };
  },
} satisfies Experiment;

const places: Record<string, Pick<DecoderShape, 'firstDense' | 'sparseEvery'>> = {
  'but-first': { firstDense: 1, sparseEvery: 1 },
  second: { firstDense: 0, sparseEvery: 2 },
  all: { firstDense: 0, sparseEvery: 1 },
  none: { firstDense: 0, sparseEvery: 1 },
};

/** The decoder that the settings ask for. */
export function shapeOf(settings: Settings, words: string[], seed: number): DecoderShape {
  const s = read(settings, reads);
  const sparse = s.sparse !== 'none';
  return {
    ...house,
    words,
    seed,
    ...places[s.sparse],
    experts: sparse ? s.experts : 0,
    topK: s.topK,
    expertHidden: s.expertHidden,
    sharedExperts: s.sharedExperts,
    denseHidden: s.denseHidden,
    router: s.router,
    balancer: s.balancer,
  };
}

function factsOf(shape: DecoderShape, { words, groups }: Corpus, layers: number[]) {
  const config = configOf(shape);
  const architecture = architectureOf(config);
  const { total, active } = countParameters(architecture);
  const { training } = flopsPerToken(architecture, { context: meanContext(length) });
  return {
    words,
    groups,
    layers,
    experts: shape.experts,
    parameters: total,
    active,
    tokensPerStep: sequences * length,
    flopsPerStep: sequences * length * training,
  };
}
