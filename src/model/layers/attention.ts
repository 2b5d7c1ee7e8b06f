/**
 * Self-attention by heads. The number of key-value heads names it: as many as query heads is
 * multi-head (vaswani2017, §3.2.2), one is multi-query (shazeer2019, §3), any divisor between
 * is grouped-query (ainslie2023, §2.2): query heads of a group look at the same keys and values.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import { lengthOf } from '../sequences';
import type { Params } from '../types';
import { type Cache, cachedLength, extended } from './kv-cache';
import { prefixed, within } from './names';
import { projectHeads } from './project-heads';
import * as rmsNorm from './rms-norm';
import * as rope from './rope';

export interface AttentionConfig {
  /** Width of the residual stream (d). */
  dim: number;
  /** Query heads (n_h). */
  heads: number;
  /** Key-value heads; as many as query heads unless said. */
  keyValueHeads?: number;
  /** Channels of one head (d_h); dim / heads unless said. */
  headWidth?: number;
  /** Rotary positions with this base (`rope.BASE`); without it order is invisible but for the mask. */
  rotaryBase?: number;
  /** RMSNorm of each head's query and key, scale shared by the heads. dehghani2023, §2. */
  queryKeyNorm?: boolean;
  /** False lets tokens see later ones; true unless said. */
  causal?: boolean;
}

export type AttentionOutput = {
  /** [tokens, dim]; on top of `onto` if that was given. */
  y: tf.Tensor2D;
  /** [sequences · heads, queries, keys], rows summing to 1. */
  weights: tf.Tensor3D;
  /** The given cache with these tokens behind it. */
  cache: Cache;
};

export interface AttentionOptions {
  /** Tokens per sequence in x, sequences one after another; else x is one sequence. */
  sequenceLength?: number;
  /** Earlier positions of the same sequences: x then holds only the new tokens. */
  cache?: Cache;
  /** What the answer is added to, like x: the residual stream. */
  onto?: tf.Tensor2D;
}

/** Key-value heads and head width, with what was left unsaid. */
export function shape(config: AttentionConfig): { keyValueHeads: number; headWidth: number } {
  return {
    keyValueHeads: config.keyValueHeads ?? config.heads,
    headWidth: config.headWidth ?? config.dim / config.heads,
  };
}

/** A sentence if the heads cannot be cut so. */
export function refusal(config: AttentionConfig): string | undefined {
  const { dim, heads } = config;
  const { keyValueHeads, headWidth } = shape(config);
  if (!config.headWidth && dim % heads !== 0)
    return `${dim} channels do not divide into ${heads} heads; choose a divisor of ${dim}, or give the head width.`;
  if (heads % keyValueHeads !== 0)
    return `${heads} query heads do not divide among ${keyValueHeads} key-value heads; choose a divisor of ${heads}.`;
  if (config.rotaryBase) return rope.refusal(headWidth);
}

/**
 * query [dim, heads · width], key and value [dim, key-value heads · width],
 * output [heads · width, dim]; with query-key norm also queryNorm.weight and keyNorm.weight,
 * [width]. Normal numbers of deviation 1/√(inputs). Throws what `refusal` says.
 */
export function init(config: AttentionConfig, seed: number): Params {
  refuse(refusal(config));
  const { dim, heads } = config;
  const { keyValueHeads, headWidth } = shape(config);
  const weight = (name: string, inputs: number, outputs: number) => ({
    [name]: normal<tf.Rank.R2>([inputs, outputs], inputs ** -0.5, seed, `attention.${name}`),
  });
  return {
    ...weight('query', dim, heads * headWidth),
    ...weight('key', dim, keyValueHeads * headWidth),
    ...weight('value', dim, keyValueHeads * headWidth),
    ...weight('output', heads * headWidth, dim),
    ...(config.queryKeyNorm && {
      ...prefixed('queryNorm', rmsNorm.init(headWidth)),
      ...prefixed('keyNorm', rmsNorm.init(headWidth)),
    }),
  };
}

/** x [tokens, dim] → y [tokens, dim], the attention weights and the extended cache. */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  config: AttentionConfig,
  options: AttentionOptions = {},
): AttentionOutput {
  const { heads, causal = true, rotaryBase, queryKeyNorm } = config;
  const { keyValueHeads, headWidth } = shape(config);
  const length = lengthOf(x, options.sequenceLength);
  const first = cachedLength(options.cache);

  return tf.tidy(() => {
    const projections = [
      { weight: params.query, heads, turned: Boolean(rotaryBase) && !queryKeyNorm },
      { weight: params.key, heads: keyValueHeads, turned: Boolean(rotaryBase) && !queryKeyNorm },
      { weight: params.value, heads: keyValueHeads },
    ];
    const positions = { length, first, base: rotaryBase };
    const [query, key, value] = projectHeads(x, projections, positions);
    // Norms come before the turn, so that their scale is that of a channel.
    const placed = (projected: tf.Tensor3D, norm: string) => {
      if (!queryKeyNorm) return projected;
      const scaled = rmsNorm.forward(within(norm, params), projected);
      return rotaryBase ? rope.rotate(scaled, first, rotaryBase) : scaled;
    };
    const cache = extended(options.cache, { keys: placed(key, 'keyNorm'), values: value });
    const { keys, values } = cache; // [sequences · key-value heads, positions, width]
    const { seen, weights } = tf.attention(
      { query: placed(query, 'queryNorm'), keys, values },
      { heads, scale: headWidth ** -0.5, causal },
    );
    return { y: tf.linear(seen, params.output, { onto: options.onto }), weights, cache };
  });
}
