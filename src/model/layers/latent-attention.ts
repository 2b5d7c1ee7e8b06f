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
  /** Channels of a head without positions, for keys, queries and values (d_h). */
  headWidth: number;
  /** Width of the latent that keys and values share (d_c). */
  keyValueRank: number;
  /** Width of the queries' latent (d_c′); without it queries come from x (V2-Lite). */
  queryRank?: number;
  /** Channels with positions: per head in the query, one set shared by all in the key (d_h^R). */
  rotaryWidth: number;
  rotaryBase?: number;
}

export interface LatentAttentionOptions extends AttentionOptions {
  form?: 'plain' | 'absorbed';
  /**
   * What the separate rotary channel avoids: turns content keys and queries too. The rotation
   * stands between the two projections, so there is no absorbed form. For comparison only.
   */
  rotateContent?: boolean;
}

/** A sentence if no such layer exists. */
export function refusal(config: LatentAttentionConfig): string | undefined {
  for (const name of ['heads', 'headWidth', 'keyValueRank'] as const)
    if (!(config[name] >= 1))
      return `Latent attention needs ${name} of at least 1; it is ${config[name]}.`;
  return rope.refusal(config.rotaryWidth);
}

/**
 * All weights [inputs, outputs]: down.keyValue, up.key, up.value, rotary.key, rotary.query,
 * up.query, output, and down.query if queries are compressed; norm.keyValue.weight and
 * norm.query.weight are [rank]. Normal numbers of deviation 1/√(inputs).
 * Throws what `refusal` says.
 */
export function init(config: LatentAttentionConfig, seed: number): Params {
  refuse(refusal(config));
  const { dim, heads, headWidth, keyValueRank, queryRank, rotaryWidth } = config;
  const weight = (name: string, inputs: number, outputs: number) => ({
    [name]: normal<tf.Rank.R2>([inputs, outputs], inputs ** -0.5, seed, `latent.${name}`),
  });
  return {
    ...weight('down.keyValue', dim, keyValueRank),
    ...prefixed('norm.keyValue', rmsNorm.init(keyValueRank)),
    ...weight('up.key', keyValueRank, heads * headWidth),
    ...weight('up.value', keyValueRank, heads * headWidth),
    ...weight('rotary.key', dim, rotaryWidth),
    ...(queryRank && {
      ...weight('down.query', dim, queryRank),
      ...prefixed('norm.query', rmsNorm.init(queryRank)),
    }),
    ...weight('up.query', queryRank ?? dim, heads * headWidth),
    ...weight('rotary.query', queryRank ?? dim, heads * rotaryWidth),
    ...weight('output', heads * headWidth, dim),
  };
}

/**
 * x [tokens, dim] → y [tokens, dim], weights [sequences · heads, queries, keys] and the cache:
 * latent [sequences, positions, d_c] and rotaryKey [sequences, positions, d_h^R].
 * Both forms give the same numbers up to rounding. Throws on absorbed content rotation.
 */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  config: LatentAttentionConfig,
  options: LatentAttentionOptions = {},
): AttentionOutput {
  const { heads, headWidth, rotaryWidth, rotaryBase } = config;
  const { form = 'plain', rotateContent = false } = options;
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
    const normalised = (side: 'keyValue' | 'query', x: tf.Tensor3D) =>
      rmsNorm.forward(within(`norm.${side}`, params), x);
    const queries = [part('up.query', heads), part('rotary.query', heads, true)];
    const ofTokens = [part('down.keyValue', 1), part('rotary.key', 1, true)];
    // Without a latent of their own, queries are projections of x like the rest.
    const [down, rotaryKey, ...rest] = projectHeads(
      x,
      [...ofTokens, ...(config.queryRank ? [part('down.query', 1)] : queries)],
      positions,
    );
    const [content, rotary] = config.queryRank
      ? projectHeads(flat(normalised('query', rest[0])), queries, positions)
      : rest; // [sequences · heads, length, d_h] and […, d_h^R]
    const cache = extended(options.cache, { latent: normalised('keyValue', down), rotaryKey });

    const turn = (y: tf.Tensor3D, from: number) =>
      rotateContent ? rope.rotate(y, from, rotaryBase) : y;
    const plain = (): tf.AttentionInputs => {
      const [keys, values] = rebuilt(params, cache.latent, heads);
      return { query: turn(content, first), keys: turn(keys, 0), values };
    };
    const byContent = form === 'plain' ? plain() : absorbed(params, content, cache.latent, heads);
    const { seen, weights } = tf.attention(
      { ...byContent, rotaryQuery: rotary, rotaryKey: cache.rotaryKey },
      { heads, scale: (headWidth + rotaryWidth) ** -0.5, causal: true },
    );
    const answers = form === 'plain' ? seen : ofLatents(params, seen, length, heads);
    return { y: tf.linear(answers, params.output, { onto: options.onto }), weights, cache };
  });
}

/** Keys and values of every position. deepseekv2, eq. 10–11, 17–18. */
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

/** Values of the mixed latents: [tokens, heads · d_c] → [tokens, heads · d_h]. */
function ofLatents(params: Params, seen: tf.Tensor2D, length: number, heads: number): tf.Tensor2D {
  const upValue = byHead(params['up.value'] as tf.Tensor2D, heads);
  const apart = tf.splitHeads(seen, length, heads);
  return tf.joinHeads(throughHeads(apart, upValue, false), heads);
}

/** [sequences, length, width] → [sequences · length, width] */
const flat = (x: tf.Tensor3D): tf.Tensor2D => tf.reshape(x, [x.shape[0] * x.shape[1], x.shape[2]]);
