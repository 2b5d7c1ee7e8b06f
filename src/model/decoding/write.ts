/** A decoder writes: several texts at once, with the cache, and says who wrote what. */
import * as tf from '../../tensor/tf';
import { perToken } from '../layers/cross-entropy';
import { tokenTensor } from '../layers/embedding';
import type { Cache } from '../layers/kv-cache';
import { type Decoder, evaluatingOptions, sparseLayers } from '../networks/decoder';
import * as transformer from '../networks/transformer';
import { draw, probabilities, type SamplingOptions } from './sampling';

/**
 * Continues each prompt, all equally long, by `count` tokens. `next` gives uniform numbers in
 * [0, 1): equal numbers give equal texts. `form` says how latent attention reads its cache.
 * Throws a sentence for prompts of unequal length.
 */
export async function write(
  decoder: Decoder,
  prompts: number[][],
  count: number,
  next: () => number,
  sampling: SamplingOptions = {},
  form?: transformer.TransformerOptions['form'],
): Promise<number[][]> {
  const length = prompts[0]?.length ?? 0;
  if (!length || prompts.some((prompt) => prompt.length !== length))
    throw new Error('Texts are continued together from prompts of one length, 1 or more tokens.');
  const texts = prompts.map((prompt) => [...prompt]);
  let fresh = prompts;
  let caches: Cache[] | undefined;
  for (let i = 0; i < count; i++) {
    const { logits, caches: longer } = lastLogits(decoder, fresh, { caches, form });
    const rows = (await logits.array()) as number[][];
    tf.dispose([logits, caches ?? []]);
    caches = longer;
    fresh = rows.map((row) => [draw(probabilities(row, sampling), next())]);
    for (const [text, [token]] of fresh.entries()) texts[text].push(token);
  }
  tf.dispose(caches ?? []);
  return texts;
}

/** Logits behind the last of the new tokens, [texts, vocabulary], and the caches with them. */
function lastLogits(
  decoder: Decoder,
  fresh: number[][],
  given: Pick<transformer.TransformerOptions, 'caches' | 'form'>,
) {
  const [texts, length] = [fresh.length, fresh[0].length];
  return tf.tidy(() => {
    const out = transformer.forward(
      decoder.params,
      tokenTensor(fresh.flat(), decoder.shape.words.length),
      decoder.config,
      { ...evaluatingOptions(decoder, length), ...given },
    );
    const all = tf.reshape(out.logits, [texts, length, -1]);
    const last = tf.slice(all, [0, length - 1, 0], [texts, 1, -1]);
    return {
      logits: tf.reshape(last, [texts, -1]) as tf.Tensor2D,
      caches: out.blocks.map(({ cache }) => cache),
    };
  }) as { logits: tf.Tensor2D; caches: Cache[] };
}

/** What a decoder's routers did with rows of tokens: of each sparse layer, all [tokens, experts]. */
export interface Routes {
  layers: number[];
  masks: tf.Tensor2D[];
  gates: tf.Tensor2D[];
  scores: tf.Tensor2D[];
}

/** Routes rows of `length` tokens, one after another. Whoever asks disposes the tensors. */
export function routesOf(decoder: Decoder, tokens: ArrayLike<number>, length: number): Routes {
  const layers = sparseLayers(decoder.config);
  const found = tf.tidy(() => {
    const { blocks } = transformer.forward(
      decoder.params,
      tokenTensor(tokens, decoder.shape.words.length),
      decoder.config,
      evaluatingOptions(decoder, length),
    );
    const routings = layers.map((layer) => blocks[layer].routing!);
    return {
      masks: routings.map(({ mask }) => tf.clone(mask)),
      gates: routings.map(({ gates }) => tf.clone(gates)),
      scores: routings.map(({ scores }) => tf.clone(scores)),
    };
  });
  return { layers, ...found };
}

/** Loss of each token in nats, [tokens], on rows of `length` inputs and their targets. */
export function lossesOf(
  decoder: Decoder,
  inputs: ArrayLike<number>,
  targets: ArrayLike<number>,
  length: number,
): tf.Tensor1D {
  return tf.tidy(() => {
    const words = decoder.shape.words.length;
    const { logits } = transformer.forward(
      decoder.params,
      tokenTensor(inputs, words),
      decoder.config,
      evaluatingOptions(decoder, length),
    );
    return perToken(logits, tokenTensor(targets, words));
  });
}
