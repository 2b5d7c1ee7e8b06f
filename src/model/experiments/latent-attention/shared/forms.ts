/**
 * Three decoders that differ in where positions enter latent attention, and each of them read in
 * both forms: the plain one, in which it was trained, and the absorbed one, which reads the cache
 * as it is and knows of no turn of the content keys.
 */
import { uniforms } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import { write } from '../../../decoding/write';
import { type Decoder, house } from '../../../networks/decoder';
import * as transformer from '../../../networks/transformer';
import type { Params } from '../../../types';
import { type Corpus, length } from '../../language-model/shared/corpus';
import type { Plain } from '../../types';

export type Form = 'plain' | 'absorbed';
export const forms: Form[] = ['plain', 'absorbed'];

/** Where positions enter. */
export const placings = ['none', 'content', 'apart'] as const;
export type Placing = (typeof placings)[number];
export const called: Record<Placing, string> = {
  none: 'no positions',
  content: 'content keys turned',
  apart: 'a rotary key apart',
};

const heads = 4;
const dim = 32;
const layers = 2;
const hidden = 72;

/** A decoder of two dense layers; `rotaryWidth` is that of the rotary key apart. */
export function configOf(
  placing: Placing,
  words: number,
  sizes: { latentWidth: number; rotaryWidth: number },
): transformer.TransformerConfig {
  return {
    vocabulary: words,
    dim,
    layers,
    hidden,
    attention: {
      kind: 'latent',
      heads,
      headWidth: dim / heads,
      keyValueRank: sizes.latentWidth,
      ...(placing === 'apart' && { rotaryWidth: sizes.rotaryWidth }),
      ...(placing === 'content' && { rotateContent: true }),
    },
  };
}

/** The same model as its reader in this form takes it: the absorbed form cannot turn content. */
function readAs(config: transformer.TransformerConfig, form: Form): transformer.TransformerConfig {
  const { attention } = config;
  if (form === 'plain' || attention.kind !== 'latent') return config;
  return { ...config, attention: { ...attention, rotateContent: false } };
}

/** Logits of rows of `length` tokens, [tokens, words]. */
export const logitsOf = (
  params: Params,
  tokens: tf.Tensor1D,
  config: transformer.TransformerConfig,
  form: Form,
): tf.Tensor2D =>
  transformer.forward(params, tokens, readAs(config, form), { sequenceLength: length, form })
    .logits;

/**
 * How far the absorbed logits are from the plain ones at each place of a row, as a share of their
 * own size: [length].
 */
export function apartness(
  params: Params,
  tokens: tf.Tensor1D,
  config: transformer.TransformerConfig,
): tf.Tensor1D {
  const [plain, absorbed] = forms.map((form) =>
    tf.reshape(logitsOf(params, tokens, config, form), [-1, length, config.vocabulary]),
  );
  const size = (x: tf.Tensor) => tf.sqrt(tf.sum(tf.square(x), [0, 2]));
  return tf.div(size(tf.sub(absorbed, plain)), size(plain)) as tf.Tensor1D;
}

/** What it writes with a cache, read in both forms, from the same prompt and the same dice. */
export async function written(
  params: Params,
  config: transformer.TransformerConfig,
  { words, prompt }: Corpus,
  count: number,
): Promise<Plain> {
  const texts: Plain = [];
  for (const form of forms) {
    const decoder: Decoder = {
      // What else a shape says is of no use in writing with dense layers.
      shape: { ...house, words, seed: 1 },
      config: readAs(config, form),
      params,
      biases: [],
    };
    const next = uniforms(1, 'write');
    const [tokens] = await write(decoder, [prompt], count, next, { temperature: 0.7 }, form);
    texts.push(tokens.map((token) => words[token]).join(''));
  }
  return texts;
}
