/**
 * One block of a decoder: attention, then a dense or a sparse network, each on normalised input
 * and added to the residual stream. touvron2023, §2.2 (norms before); deepseekv3, §2.1.
 */
import { hash } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Params, Routing } from '../types';
import * as heads from './attention';
import * as feedForward from './feed-forward';
import type { Cache } from './kv-cache';
import * as latent from './latent-attention';
import { prefixed, within } from './names';
import * as rmsNorm from './rms-norm';
import * as sparseLayer from './sparse-layer';
import { tidied } from './tidied';

export type AttentionKind =
  | ({ kind: 'heads' } & Omit<heads.AttentionConfig, 'dim'>)
  | ({ kind: 'latent' } & Omit<latent.LatentAttentionConfig, 'dim'>);

export interface BlockConfig {
  /** Width of the residual stream (d). */
  dim: number;
  attention: AttentionKind;
  /** Hidden units of a dense block. */
  hidden: number;
  /** What a sparse block has instead. */
  moe?: Omit<sparseLayer.SparseLayerConfig, 'dim' | 'out'>;
}

export interface BlockOptions extends sparseLayer.SparseLayerInput {
  sequenceLength?: number;
  cache?: Cache;
  /** Latent attention only: which of its two forms computes. */
  form?: 'plain' | 'absorbed';
}

export type BlockOutput = {
  /** The residual stream behind the block, [tokens, dim]. */
  x: tf.Tensor2D;
  /** [sequences · heads, queries, keys] */
  weights: tf.Tensor3D;
  cache: Cache;
  /** Of a sparse block. */
  routing?: Routing;
};

/** A sentence if the block cannot be built. */
export function refusal({ dim, attention, moe }: BlockConfig): string | undefined {
  const byAttention =
    attention.kind === 'heads'
      ? heads.refusal({ dim, ...attention })
      : latent.refusal({ dim, ...attention });
  return byAttention ?? (moe && sparseLayer.refusal({ dim, ...moe }));
}

/**
 * "attention.…", "feedForward.…" (dense) or "moe.…" (sparse), and the weights of the two norms,
 * "norm.attention.weight" and "norm.feedForward.weight" [dim]. Throws what `refusal` says.
 */
export function init(config: BlockConfig, sparse: boolean, seed: number): Params {
  refuse(refusal(config));
  const { dim, attention, hidden, moe } = config;
  return {
    ...prefixed('norm.attention', rmsNorm.init(dim)),
    ...prefixed(
      'attention',
      attention.kind === 'heads'
        ? heads.init({ dim, ...attention }, seed)
        : latent.init({ dim, ...attention }, seed),
    ),
    ...prefixed('norm.feedForward', rmsNorm.init(dim)),
    ...(sparse && moe
      ? prefixed('moe', sparseLayer.init({ dim, ...moe }, seed))
      : prefixed('feedForward', feedForward.init({ dim, hidden }, seed))),
  };
}

/** x [tokens, dim] → the stream behind the block, and what its figures show. */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  config: BlockConfig,
  sparse: boolean,
  options: BlockOptions = {},
): BlockOutput {
  const { dim, attention, moe } = config;
  const { sequenceLength, cache: held, form, ...routerInput } = options;
  const beside = (name: string, stream: tf.Tensor2D) =>
    rmsNorm.beside(within(`norm.${name}`, params), stream);
  return tidied((): BlockOutput => {
    const own = within('attention', params);
    const { x: stream, y: quiet } = beside('attention', x);
    const attending = { sequenceLength, cache: held, onto: stream };
    const { y, weights, cache } =
      attention.kind === 'heads'
        ? heads.forward(own, quiet, { dim, ...attention }, attending)
        : latent.forward(own, quiet, { dim, ...attention }, { ...attending, form });
    const { x: attended, y: tokens } = beside('feedForward', y);
    if (!(sparse && moe)) {
      const x = feedForward.forward(within('feedForward', params), tokens, attended);
      return { x, weights, cache };
    }
    const routed = sparseLayer.forward(
      within('moe', params),
      tokens,
      { dim, ...moe },
      { ...routerInput, sequenceLength },
    );
    return { x: tf.add(attended, routed.y), weights, cache, routing: { ...routed.routing } };
  });
}

/** A seed of its own for each part of a model, so that no two layers start equal. */
export const partSeed = (seed: number, part: number): number => hash((seed + part * 7919) >>> 0);
