/**
 * One way of training for all language models of station 10: Adam with warm-up, half a cosine or
 * none, clipped gradients, rows of 64 characters. What differs between them is who chooses.
 */
import * as tf from '../../../../tensor/tf';
import { flopsPerToken, meanContext } from '../../../accounting/flops';
import { describe as architectureOf } from '../../../accounting/ours';
import { countParameters } from '../../../accounting/parameters';
import { pick, seenAndGradients } from '../../../gradients';
import { counts } from '../../../metrics';
import { type Decoder, type DecoderShape, house, sparseLayers } from '../../../networks/decoder';
import { window } from '../../../networks/multi-token';
import * as transformer from '../../../networks/transformer';
import adam from '../../../optimizers/adam';
import { clipByGlobalNorm } from '../../../optimizers/clip';
import { warmUp, warmUpCosine } from '../../../optimizers/schedules';
import type { Params } from '../../../types';
import type { Facts, Session } from '../../types';
import { type Corpus, length } from './corpus';

/** Rows of one training step. */
export const sequences = 16;

/** What every decoder of the station is told, whoever chooses. */
export const decoderReads = [
  'corpus',
  'wagons',
  'sparse',
  'experts',
  'topK',
  'expertHidden',
  'sharedExperts',
  'denseHidden',
  'balanceStrength',
  'biasRate',
  'rateSteps',
  'learningRate',
] as const;

interface Opened {
  config: transformer.TransformerConfig;
  params: Params;
  corpus: Corpus;
  /** Steps until the rate is down to a twentieth; 0 for a constant rate after the warm-up. */
  rateSteps: number;
  /** Of a table that looks at something else than the character: [tokens] of [sequences, length + 1]. */
  identities?(rows: tf.Tensor2D): tf.Tensor1D;
  /** True for weights that stay as they were drawn. */
  frozen?(name: string): boolean;
  /** Rows of one training step; 16 unless said. */
  rows?: number;
  /** Rows over which a balancing loss counts together; each by itself unless said. */
  scope?: number;
}

/** A session that trains the decoder on the corpus, and how a state is read as the decoder it is. */
export function open({
  config,
  params,
  corpus,
  rateSteps,
  identities,
  frozen,
  rows: perStep = sequences,
  scope = 1,
}: Opened) {
  const sparse = sparseLayers(config);
  const trained = Object.keys(params).filter((name) => !frozen?.(name));
  const still = Object.keys(params).filter((name) => frozen?.(name));
  const moving = config.moe?.balancer?.update;
  const data = tf.tensor2d(corpus.rows, [corpus.rows.length / (length + 1), length + 1], 'int32');
  const biasNames = moving ? sparse.map((layer) => `bias.${layer}`) : [];
  const biasesIn = (state: Params) =>
    Array.from({ length: config.layers }, (_, layer) =>
      moving ? (state[`bias.${layer}`] as tf.Tensor1D | undefined) : undefined,
    );

  const session = {
    state: {
      ...params,
      ...adam.init(pick(params, trained)),
      ...Object.fromEntries(biasNames.map((name) => [name, tf.zeros([config.moe!.experts])])),
    },
    live: ['learningRate', 'biasRate', 'balanceStrength'],

    step({ state, live, random }) {
      const chosen = tf.randomInt<tf.Rank.R1>([perStep], random, 'rows', data.shape[0]);
      const rows: tf.Tensor2D = tf.gather(data, chosen);
      const inputs = window(rows, 0, length); // [perStep · length]
      const targets = window(rows, 1, length);
      const options = {
        sequenceLength: length,
        biases: biasesIn(state),
        random,
        ...(identities && { tokenIds: identities(rows) }),
      };
      const held = pick(state, still);
      const { seen, grads } = seenAndGradients(pick(state, trained), (now) => {
        const out = transformer.forward({ ...now, ...held }, inputs, config, options);
        const task = transformer.taskLoss(out.logits, targets);
        const loss = config.moe?.balancer?.loss
          ? (tf.add(
              task,
              tf.mul(transformer.balanceLoss(out, config, scope * length), live.balanceStrength),
            ) as tf.Scalar)
          : task;
        const masks = sparse.map((layer) => [`mask.${layer}`, out.blocks[layer].routing!.mask]);
        return { loss, task, ...(Object.fromEntries(masks) as Params) };
      });
      const masks = sparse.map((layer) => seen[`mask.${layer}` as 'loss'] as never);
      const factor = rateSteps
        ? warmUpCosine(random.counter, { warmUpSteps: 20, to: rateSteps, floor: 0.05 })
        : warmUp(random.counter, 20);
      const moved = adam.update(pick(state, trained), clipByGlobalNorm(grads, 1), state, {
        learningRate: tf.mul(factor, live.learningRate),
      });
      const biases = biasNames.map((name, i) => [
        name,
        moving!(state[name] as tf.Tensor1D, counts(masks[i]), live.biasRate),
      ]);
      return {
        // Copies of what stays, since the state that a step is given is released.
        state: {
          ...Object.fromEntries(still.map((name) => [name, tf.clone(state[name])])),
          ...moved.params,
          ...moved.state,
          ...Object.fromEntries(biases),
        },
        metrics: { loss: seen.task },
      };
    },

    dispose: () => data.dispose(),
  } satisfies Session;
  /** Of a shape, and then of a state: the decoder as it is trained so far. */
  const decoderOf =
    (shape: DecoderShape) =>
    (state: Params): Decoder => ({
      shape,
      config,
      params: pick(state, Object.keys(params)),
      biases: biasesIn(state),
    });
  return { session, decoderOf };
}

const places = {
  'but-first': { firstDense: 1, sparseEvery: 1 },
  second: { firstDense: 0, sparseEvery: 2 },
  all: { firstDense: 0, sparseEvery: 1 },
  none: { firstDense: 0, sparseEvery: 1 },
} as const;

type Asked = Pick<
  DecoderShape,
  | 'words'
  | 'seed'
  | 'experts'
  | 'topK'
  | 'expertHidden'
  | 'sharedExperts'
  | 'denseHidden'
  | 'router'
  | 'balancer'
> & { sparse: string };

/** The decoder that the settings ask for: the house's, with experts in the layers that `sparse` names. */
export function shapeOf({ sparse, ...asked }: Asked): DecoderShape {
  const { words, seed, topK, expertHidden, sharedExperts, denseHidden, router, balancer } = asked;
  return {
    ...house,
    ...places[sparse as keyof typeof places],
    ...{ words, seed, topK, expertHidden, sharedExperts, denseHidden, router, balancer },
    experts: sparse === 'none' ? 0 : asked.experts,
  };
}

/** Names, sizes, and what a step costs. */
export function factsOf(
  config: transformer.TransformerConfig,
  { words, groups }: Corpus,
  rows = sequences,
): Facts {
  const architecture = architectureOf(config);
  const { total, active } = countParameters(architecture);
  const { training } = flopsPerToken(architecture, { context: meanContext(length) });
  return {
    words,
    groups,
    layers: sparseLayers(config),
    experts: config.moe?.experts ?? 0,
    topK: config.moe?.topK ?? 0,
    parameters: total,
    active,
    tokensPerStep: rows * length,
    flopsPerStep: rows * length * training,
  };
}
