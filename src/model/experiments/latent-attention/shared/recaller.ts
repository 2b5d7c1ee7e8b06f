/**
 * The model that answers: signs of a token added up, one layer of attention, a feed-forward block
 * and a head. What differs between two of them is the attention alone.
 */
import { normal } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import * as block from '../../../layers/block';
import * as embedding from '../../../layers/embedding';
import type { Cache } from '../../../layers/kv-cache';
import { prefixed, within } from '../../../layers/names';
import * as rmsNorm from '../../../layers/rms-norm';
import type { Params } from '../../../types';
import { items, length, names, questions, values } from './recall-rows';

/** Width of the stream, heads, channels of a head, units of the feed-forward block. */
const dim = 32;
const heads = 4;
const headWidth = 8;
const hidden = 64;
/** Places are few: the slowest of four channels still turns by a tenth of a radian a place. */
const rotaryBase = 100;

/** What the settings say of the attention. */
export interface Kept {
  attention: string;
  keyValueHeads: number;
  latentWidth: number;
  rotaryWidth: number;
}

export function configOf(kept: Kept): block.BlockConfig {
  const { keyValueHeads, latentWidth: keyValueRank, rotaryWidth } = kept;
  const latent = { kind: 'latent', heads, headWidth, keyValueRank, rotaryBase } as const;
  const attention: Record<string, block.AttentionKind> = {
    // Places do not matter to the task: heads go without them.
    heads: { kind: 'heads', heads, keyValueHeads, headWidth },
    latent,
    'latent-rotary': { ...latent, rotaryWidth },
  };
  return { dim, hidden, attention: attention[kept.attention] };
}

/** "signs.weight" [signs, dim], the block's "layer.…", "norm.weight" and "head.weight". */
export function init(config: block.BlockConfig, attributes: number, seed: number): Params {
  const signs = (rows: number, deviation: number, name: string) =>
    normal<tf.Rank.R2>([rows, dim], deviation, seed, `recall.${name}`);
  return {
    // Four values add up in an item: each half as long as its name.
    'signs.weight': tf.tidy(() =>
      tf.concat([
        signs(names, 1, 'names'),
        signs(attributes * values, 0.5, 'values'),
        signs(attributes, 1, 'asked'),
      ]),
    ),
    ...prefixed('layer', block.init(config, false, seed)),
    ...prefixed('norm', rmsNorm.init(dim)),
    'head.weight': normal<tf.Rank.R2>([dim, attributes * values], dim ** -0.5, seed, 'head.weight'),
  };
}

/**
 * signs [rows · length, 1 + attributes] int32 → logits of the questions
 * [rows · questions, attributes · values], and the cache of all tokens.
 */
export function forward(params: Params, signs: tf.Tensor2D, config: block.BlockConfig) {
  const [tokens, wide] = signs.shape;
  const flat = tf.reshape(signs, [tokens * wide]) as tf.Tensor1D;
  // A sign that is none adds zeros.
  const each = embedding.forward(within('signs', params), flat);
  const x = tf.sum(tf.reshape(each, [tokens, wide, dim]), 1) as tf.Tensor2D;
  const out = block.forward(within('layer', params), x, config, false, { sequenceLength: length });
  const rows = tokens / length;
  const asked = tf.slice(
    tf.reshape(out.x, [rows, length, dim]),
    [0, items, 0],
    [rows, questions, dim],
  );
  const states = tf.reshape(asked, [rows * questions, dim]) as tf.Tensor2D;
  const logits = tf.linear(
    rmsNorm.forward(within('norm', params), states),
    params['head.weight'] as tf.Tensor2D,
  );
  return { logits, cache: out.cache as Cache };
}
