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
import { normal } from '../random';
import * as tf from '../tf';
import type { Params } from '../types';
import { attentionWeights, joinHeads, lengthOf, splitHeads } from './attend';
import type { AttentionOptions, AttentionOutput } from './attention';
import { byHead, perHead, perSequence, throughHeads } from './head-products';
import { cachedLength, extended } from './kv-cache';
import { prefixed, within } from './names';
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
export function refuses(config: LatentAttentionConfig): string | undefined {
  for (const name of ['heads', 'headWidth', 'keyValueRank'] as const)
    if (!(config[name] >= 1))
      return `Latent attention needs ${name} of at least 1; it is ${config[name]}.`;
  return rope.refuses(config.rotaryWidth);
}

/**
 * All weights [inputs, outputs]: down.keyValue, up.key, up.value, rotary.key, rotary.query,
 * up.query, output, and down.query if queries are compressed; norm.keyValue.weight and
 * norm.query.weight are [rank]. Normal numbers of deviation 1/√(inputs).
 * Throws what `refuses` says.
 */
export function init(config: LatentAttentionConfig, seed: number): Params {
  const refusal = refuses(config);
  if (refusal) throw new Error(refusal);
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
  const sequences = x.shape[0] / length;
  const first = cachedLength(options.cache);

  return tf.tidy(() => {
    const project = (input: tf.Tensor2D, name: string): tf.Tensor2D =>
      tf.matMul(input, params[name]);
    const compressed = (side: 'keyValue' | 'query') =>
      rmsNorm.forward(within(`norm.${side}`, params), project(x, `down.${side}`));

    const latent = tf.reshape(compressed('keyValue'), [sequences, length, -1]) as tf.Tensor3D;
    const rotaryKey = rope.rotate(
      splitHeads(project(x, 'rotary.key'), length, 1),
      first,
      rotaryBase,
    );
    const cache = extended(options.cache, { latent, rotaryKey });

    const source = config.queryRank ? compressed('query') : x; // [tokens, d_c′ or dim]
    const content = splitHeads(project(source, 'up.query'), length, heads); // [sequences · heads, length, d_h]
    const turned = splitHeads(project(source, 'rotary.query'), length, heads);
    const rotary = rope.rotate(turned, first, rotaryBase); // [sequences · heads, length, d_h^R]

    // All heads share the rotary key, so they are rows of one product per sequence.
    const byPosition = tf.matMul(perSequence(rotary, heads), cache.rotaryKey, false, true);
    const attend = (byContent: tf.Tensor3D) =>
      attentionWeights(
        tf.add(byContent, perHead(byPosition as tf.Tensor3D, heads)), // [sequences · heads, length, positions]
        (headWidth + rotaryWidth) ** -0.5,
      );
    const turn = (y: tf.Tensor3D, from: number) =>
      rotateContent ? rope.rotate(y, from, rotaryBase) : y;

    const { weights, seen } =
      form === 'plain'
        ? plain(params, turn(content, first), cache.latent, heads, attend, turn)
        : absorbed(params, content, cache.latent, heads, attend);
    return { y: project(joinHeads(seen, heads), 'output'), weights, cache };
  });
}

type Attend = (byContent: tf.Tensor3D) => tf.Tensor3D;

interface Seen {
  /** [sequences · heads, length, positions] */
  weights: tf.Tensor3D;
  /** [sequences · heads, length, d_h] */
  seen: tf.Tensor3D;
}

/** Keys and values are rebuilt for every position. deepseekv2, eq. 10–11, 17–18. */
function plain(
  params: Params,
  query: tf.Tensor3D,
  latent: tf.Tensor3D,
  heads: number,
  attend: Attend,
  turn: (y: tf.Tensor3D, first: number) => tf.Tensor3D,
): Seen {
  const [sequences, positions, rank] = latent.shape;
  const rows = tf.reshape(latent, [sequences * positions, rank]);
  const rebuilt = (name: string) => splitHeads(tf.matMul(rows, params[name]), positions, heads);
  const keys = turn(rebuilt('up.key'), 0);
  const weights = attend(tf.matMul(query, keys, false, true));
  return { weights, seen: tf.matMul(weights, rebuilt('up.value')) };
}

/** Every head looks at the latent through its own folded query. deepseekv2, §2.1.2, last lines. */
function absorbed(
  params: Params,
  query: tf.Tensor3D,
  latent: tf.Tensor3D,
  heads: number,
  attend: Attend,
): Seen {
  const upKey = byHead(params['up.key'] as tf.Tensor2D, heads); // [heads, d_c, d_h]
  const upValue = byHead(params['up.value'] as tf.Tensor2D, heads);
  const folded = perSequence(throughHeads(query, upKey, true), heads); // [sequences, heads · length, d_c]
  const scores = tf.matMul(folded, latent, false, true) as tf.Tensor3D;
  const weights = attend(perHead(scores, heads));
  const mixed: tf.Tensor3D = tf.matMul(perSequence(weights, heads), latent); // of latents
  return { weights, seen: throughHeads(perHead(mixed, heads), upValue, false) };
}
