/**
 * A decoder-only language model: embedding, blocks of which some are sparse, a last norm, a
 * head. Which blocks are sparse follows two numbers: the first layers may stay dense (DeepSeek),
 * and of the rest every n-th is sparse (GShard, Llama 4). deepseekv3, §2.1; lepikhin2020, §2.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import {
  type BlockConfig,
  type BlockOptions,
  type BlockOutput,
  forward as blockForward,
  init as blockInit,
  refusal as blockRefusal,
  partSeed,
} from '../layers/block';
import * as crossEntropy from '../layers/cross-entropy';
import * as embedding from '../layers/embedding';
import type { Cache } from '../layers/kv-cache';
import { prefixed, within } from '../layers/names';
import * as rmsNorm from '../layers/rms-norm';
import * as sparseLayer from '../layers/sparse-layer';
import { tidied } from '../layers/tidied';
import { refuse } from '../refuse';
import type { Params, Router } from '../types';
import { isSparse } from './sparse-places';

export interface TransformerConfig extends BlockConfig {
  /** Words. */
  vocabulary: number;
  layers: number;
  /** Dense layers before the first sparse one; 0 unless said. */
  firstDense?: number;
  /** Of the layers after those, every n-th is sparse; 1 unless said. */
  sparseEvery?: number;
  /** True if the head is the embedding itself. */
  tied?: boolean;
}

export interface TransformerOptions extends Omit<BlockOptions, 'cache' | 'bias'> {
  /** By layer: caches of earlier positions; `tokens` are then only the new ones. */
  caches?: Cache[];
  /** By layer: the selection bias, [experts]; dense layers have none. */
  biases?: (tf.Tensor1D | undefined)[];
  /** By layer: a router in place of the model's own, wrapped to leave experts out, say. */
  routers?: (Router | undefined)[];
}

export type TransformerOutput = {
  /** [tokens, vocabulary] */
  logits: tf.Tensor2D;
  /** The residual stream behind the last block, before the last norm: [tokens, dim]. */
  hidden: tf.Tensor2D;
  /** By layer; `x` is the stream behind it. */
  blocks: BlockOutput[];
};

export { isSparse };

/** A sentence if the model cannot be built. */
export function refusal(config: TransformerConfig): string | undefined {
  const { vocabulary, layers } = config;
  if (!(vocabulary >= 2)) return `A vocabulary has 2 words or more; this one has ${vocabulary}.`;
  if (!(layers >= 1)) return `A model has 1 layer or more; this one has ${layers}.`;
  if (config.moe && !Array.from({ length: layers }).some((_, layer) => isSparse(config, layer)))
    return `With ${config.firstDense ?? 0} dense layers first and every ${config.sparseEvery ?? 1}th of the rest sparse, none of ${layers} layers is.`;
  return blockRefusal(config);
}

/**
 * "embedding.weight" [vocabulary, dim], "layers.0.…" and so on, "norm.weight" [dim] and, unless
 * tied, "head.weight" [dim, vocabulary]. Throws what `refusal` says.
 */
export function init(config: TransformerConfig, seed: number): Params {
  refuse(refusal(config));
  const { vocabulary, dim, layers, tied } = config;
  const params: Params = {
    // A tied embedding is a head too: logits of size 1 need small entries.
    ...prefixed('embedding', embedding.init(vocabulary, dim, seed, tied ? dim ** -0.5 : 1)),
    ...prefixed('norm', rmsNorm.init(dim)),
  };
  for (let layer = 0; layer < layers; layer++)
    Object.assign(
      params,
      prefixed(
        `layers.${layer}`,
        blockInit(config, isSparse(config, layer), partSeed(seed, layer + 1)),
      ),
    );
  if (!tied)
    params['head.weight'] = normal<tf.Rank.R2>([dim, vocabulary], dim ** -0.5, seed, 'head.weight');
  return params;
}

/**
 * tokens [sequences · length] int32, sequences one after another → logits and what the figures
 * show. Throws if the parameters belong to another vocabulary.
 */
export function forward(
  params: Params,
  tokens: tf.Tensor1D,
  config: TransformerConfig,
  options: TransformerOptions = {},
): TransformerOutput {
  checkVocabulary(params, config);
  const { caches, biases, routers, random, ...shared } = options;
  return tidied((): TransformerOutput => {
    let x = embedding.forward(within('embedding', params), tokens); // [tokens, dim]
    const blocks = Array.from({ length: config.layers }, (_, layer) => {
      const router = routers?.[layer];
      const block = blockForward(
        within(`layers.${layer}`, params),
        x,
        router && config.moe ? { ...config, moe: { ...config.moe, router } } : config,
        isSparse(config, layer),
        {
          tokenIds: tokens,
          ...shared,
          cache: caches?.[layer],
          bias: biases?.[layer],
          // Layers draw different numbers.
          random: random && { ...random, seed: partSeed(random.seed, layer + 1) },
        },
      );
      x = block.x;
      return block;
    });
    const normalised = rmsNorm.forward(within('norm', params), x);
    return { logits: head(params, normalised), hidden: x, blocks };
  });
}

/** Logits of normalised states: x [tokens, dim] → [tokens, vocabulary]. Heads may be shared. */
export function head(params: Params, x: tf.Tensor2D): tf.Tensor2D {
  return params['head.weight']
    ? tf.linear(x, params['head.weight'])
    : embedding.unembed(within('embedding', params), x);
}

/** Mean loss of the next token, in nats: logits and targets of the same [tokens]. */
export const taskLoss = crossEntropy.forward;

/**
 * The unweighted balancing loss, mean over the sparse layers so that its scale is that of one
 * layer; 0 where there is none. (deepseekv3 sums over the layers.) Multi-token modules have
 * routers of their own: networks/multi-token.ts has the mean over both.
 */
export function balanceLoss(
  { blocks }: Pick<TransformerOutput, 'blocks'>,
  config: TransformerConfig,
  sequenceLength?: number,
): tf.Scalar {
  return meanBalanceLoss([{ blocks, sequenceLength }], config);
}

/** The mean over all sparse blocks of several, which read sequences of their own lengths. */
export function meanBalanceLoss(
  parts: { blocks: Pick<BlockOutput, 'routing'>[]; sequenceLength?: number }[],
  { moe }: TransformerConfig,
): tf.Scalar {
  if (!moe) return tf.scalar(0);
  return tf.tidy(() => {
    const losses = parts.flatMap(({ blocks, sequenceLength }) =>
      blocks.flatMap(({ routing }) =>
        routing ? [sparseLayer.balanceLoss(moe, routing, sequenceLength)] : [],
      ),
    );
    if (!losses.length) return tf.scalar(0);
    return tf.mul(tf.addN(losses), 1 / losses.length) as tf.Scalar;
  });
}

function checkVocabulary(params: Params, { vocabulary, dim }: TransformerConfig): void {
  const [words, width] = params['embedding.weight'].shape;
  if (words !== vocabulary || width !== dim)
    throw new Error(
      `The parameters embed ${words} words in ${width} channels, the configuration says ${vocabulary} and ${dim}; both must be equal.`,
    );
}
