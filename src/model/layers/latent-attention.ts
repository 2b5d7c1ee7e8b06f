/**
 * Multi-head latent attention: keys and values of all heads are rebuilt from one short vector
 * per token, and only that vector (and one small rotary key) is cached.
 * deepseekv2, eq. 9–19 and appendix C; deepseekv3, eq. 1–11. The norms on both latents are in
 * deepseekv2, §3.1.2; the cache holds the normalised latent, as in the released code.
 *
 * Two forms of the same function. "plain" rebuilds keys and values: fewest operations per score,
 * for training. "absorbed" folds the two up-projections into the query and the output, so that
 * all heads look at the latent itself: for decoding, which is limited by reading the cache.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import { lengthOf } from '../sequences';
import type { Params } from '../types';
import type { AttentionOptions, AttentionOutput } from './attention';
import { byHead, throughHeads } from './head-products';
import { cachedLength, extended } from './kv-cache';
import { prefixed, within } from './names';
import { projectHeads } from './project-heads';
import * as rmsNorm from './rms-norm';
import * as rope from './rope';

export interface LatentAttentionConfig {
  /** Width of the residual stream (d). */
  dim: number;
  /** n_h */
  heads: number;
  /** Channels of a head without positions, for keys and queries (d_h). */
  headWidth: number;
  /** Channels of a head's values; as many unless said. */
  valueWidth?: number;
  /** Width of the latent that keys and values share (d_c). */
  keyValueRank: number;
  /** Width of the queries' latent (d_c′); without it queries come from x (V2-Lite). */
  queryRank?: number;
  /**
   * Channels with positions: per head in the query, one set shared by all in the key (d_h^R). 0,
   * or left out, leaves order invisible but for the mask.
   */
  rotaryWidth?: number;
  rotaryBase?: number;
  /** False leaves the latents as they are; true unless said. */
  norm?: boolean;
  /**
   * What the separate rotary channel avoids: turns content keys and queries too. The rotation
   * stands between the two projections, so there is no absorbed form. For comparison only.
   */
  rotateContent?: boolean;
}

export interface LatentAttentionOptions extends AttentionOptions {
  form?: 'plain' | 'absorbed';
}

/** A sentence if no such layer exists. */
export function refusal(config: LatentAttentionConfig): string | undefined {
  const { heads, headWidth, keyValueRank, valueWidth = headWidth } = config;
  const { rotaryWidth, rotateContent } = config;
  const sizes = { heads, headWidth, keyValueRank, valueWidth };
  const short = Object.entries(sizes).find(([, size]) => !(size >= 1));
  if (short) return `Latent attention needs ${short[0]} of at least 1; it is ${short[1]}.`;
  const turned = [...(rotaryWidth ? [rotaryWidth] : []), ...(rotateContent ? [headWidth] : [])];
  return turned.map(rope.refusal).find(Boolean);
}

/**
 * All weights [inputs, outputs]: down.keyValue, up.key, up.value, up.query, output; rotary.key and
 * rotary.query if there are channels with positions, down.query if queries are compressed; unless
 * left out, norm.keyValue.weight and norm.query.weight, [rank]. Normal numbers of deviation
 * 1/√(inputs). Throws what `refusal` says.
 */
export function init(config: LatentAttentionConfig, seed: number): Params {
  refuse(refusal(config));
  const { dim, heads, headWidth, keyValueRank, queryRank, rotaryWidth, norm = true } = config;
  const { valueWidth = headWidth } = config;
  const weight = (name: string, inputs: number, outputs: number) => ({
    [name]: normal<tf.Rank.R2>([inputs, outputs], inputs ** -0.5, seed, `latent.${name}`),
  });
  const queryInputs = queryRank ?? dim;
  return {
    ...weight('down.keyValue', dim, keyValueRank),
    ...(norm && prefixed('norm.keyValue', rmsNorm.init(keyValueRank))),
    ...weight('up.key', keyValueRank, heads * headWidth),
    ...weight('up.value', keyValueRank, heads * valueWidth),
    ...(queryRank && {
      ...weight('down.query', dim, queryRank),
      ...(norm && prefixed('norm.query', rmsNorm.init(queryRank))),
    }),
    ...weight('up.query', queryInputs, heads * headWidth),
    ...(rotaryWidth && {
      ...weight('rotary.key', dim, rotaryWidth),
      ...weight('rotary.query', queryInputs, heads * rotaryWidth),
    }),
    ...weight('output', heads * valueWidth, dim),
  };
}

/**
 * x [tokens, dim] → y [tokens, dim], weights [sequences · heads, queries, keys] and the cache:
 * latent [sequences, positions, d_c] and, with channels for positions, rotaryKey
 * [sequences, positions, d_h^R].
 * Both forms give the same numbers up to rounding. Throws on absorbed content rotation.
 */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  config: LatentAttentionConfig,
  options: LatentAttentionOptions = {},
): AttentionOutput {
  const { heads, rotaryWidth = 0, rotaryBase, norm = true, rotateContent } = config;
  const { form = 'plain' } = options;
  if (rotateContent && form === 'absorbed')
    throw new Error(
      'Rotated content keys cannot be absorbed: the rotation stands between the projections. Use the plain form.',
    );
  const length = lengthOf(x, options.sequenceLength);
  const first = cachedLength(options.cache);

  return tf.tidy(() => {
    const positions = { length, first, base: rotaryBase };
    const part = (name: string, heads: number, turned = false) => ({
      weight: params[name],
      heads,
      turned,
    });
    const withPositions = (name: string, heads: number) =>
      rotaryWidth ? [part(name, heads, true)] : [];
    const normalised = (side: 'keyValue' | 'query', x: tf.Tensor3D) =>
      norm ? rmsNorm.forward(within(`norm.${side}`, params), x) : x;
    const queries = [part('up.query', heads), ...withPositions('rotary.query', heads)];
    const ofTokens = [part('down.keyValue', 1), ...withPositions('rotary.key', 1)];
    // Without a latent of their own, queries are projections of x like the rest.
    const projected = projectHeads(
      x,
      [...ofTokens, ...(config.queryRank ? [part('down.query', 1)] : queries)],
      positions,
    );
    const [down, rotaryKey] = projected.slice(0, ofTokens.length);
    const rest = projected.slice(ofTokens.length);
    const [content, rotaryQuery] = config.queryRank
      ? projectHeads(flat(normalised('query', rest[0])), queries, positions)
      : rest; // [sequences · heads, length, d_h] and […, d_h^R]
    const latent = normalised('keyValue', down);
    const cache = extended(options.cache, rotaryKey ? { latent, rotaryKey } : { latent });

    const turn = (y: tf.Tensor3D, from: number) =>
      rotateContent ? rope.rotate(y, from, rotaryBase) : y;
    const plain = (): tf.AttentionInputs => {
      const [keys, values] = rebuilt(params, cache.latent, heads);
      return { query: turn(content, first), keys: turn(keys, 0), values };
    };
    const byContent = form === 'plain' ? plain() : absorbed(params, content, cache.latent, heads);
    const { seen, weights } = look(config, {
      ...byContent,
      rotaryQuery,
      rotaryKey: cache.rotaryKey,
    });
    const answers = form === 'plain' ? seen : ofLatents(params, seen, length, heads);
    return { y: tf.linear(answers, params.output, { onto: options.onto }), weights, cache };
  });
}

/**
 * Scores, their softmax, and what is seen, each head for itself. A folded query is wider than a
 * head's own, but its products are those of the head: the scale is the head's in both forms.
 * deepseekv2, eq. 17–18.
 */
function look(config: LatentAttentionConfig, inputs: tf.AttentionInputs) {
  const { heads, headWidth, rotaryWidth = 0 } = config;
  const scale = (headWidth + rotaryWidth) ** -0.5;
  return tf.attention(inputs, { heads, scale, causal: true });
}

/** Keys and values of every position. deepseekv2, eq. 10–11. */
function rebuilt(params: Params, latent: tf.Tensor3D, heads: number): tf.Tensor3D[] {
  const names = ['up.key', 'up.value'];
  const projections = names.map((name) => ({ weight: params[name], heads }));
  return projectHeads(flat(latent), projections, { length: latent.shape[1] });
}

/**
 * Every head looks at the latent through its own folded query, [sequences · heads, length, d_c]:
 * keys and values are then the latent itself. deepseekv2, §2.1.2, last lines.
 */
function absorbed(
  params: Params,
  query: tf.Tensor3D,
  latent: tf.Tensor3D,
  heads: number,
): tf.AttentionInputs {
  const upKey = byHead(params['up.key'] as tf.Tensor2D, heads); // [heads, d_c, d_h]
  return { query: throughHeads(query, upKey, true), keys: latent, values: latent };
}

/** Values of the mixed latents: [tokens, heads · d_c] → [tokens, heads · width of values]. */
function ofLatents(params: Params, seen: tf.Tensor2D, length: number, heads: number): tf.Tensor2D {
  const upValue = byHead(params['up.value'] as tf.Tensor2D, heads);
  const apart = tf.splitHeads(seen, length, heads);
  return tf.joinHeads(throughHeads(apart, upValue, false), heads);
}

/** [sequences, length, width] → [sequences · length, width] */
const flat = (x: tf.Tensor3D): tf.Tensor2D => tf.reshape(x, [x.shape[0] * x.shape[1], x.shape[2]]);
