/** Reads a decoder's choices of fresh rows once, and what its routers would have guessed before. */
import * as tf from '../../../../tensor/tf';
import * as embedding from '../../../layers/embedding';
import { within } from '../../../layers/names';
import * as rmsNorm from '../../../layers/rms-norm';
import * as sparseLayer from '../../../layers/sparse-layer';
import { type Decoder, evaluatingOptions, sparseLayers } from '../../../networks/decoder';
import * as transformer from '../../../networks/transformer';
import type { LayerTrace, Trace } from '../../../serving/trace';
import { type Corpus, inputsAndTargets, length } from '../../language-model/shared/corpus';

/**
 * The choices of all sparse layers on the corpus's fresh rows. A guess is what the layer's router,
 * behind its own norm, says to the stream in front of its attention (late), or in front of the block
 * before (early). eliseev2023 guesses with the next layer's router, too, from a later place.
 */
export async function traceOf(decoder: Decoder, corpus: Corpus): Promise<Trace> {
  const { experts, topK } = decoder.shape;
  const { inputs } = inputsAndTargets(corpus.fresh.rows);
  const masks = tf.tidy(() => masksOf(decoder, inputs));
  const layers: LayerTrace[] = [];
  for (const { chosen, late, early } of masks) {
    const [own, next, far] = await Promise.all(
      [chosen, late, early].map(async (mask) => named(await mask.data(), experts)),
    );
    layers.push({ chosen: own, late: next, early: far });
  }
  tf.dispose(masks);
  return {
    experts,
    topK,
    length,
    kinds: corpus.fresh.groups,
    tokens: Array.from(inputs),
    words: corpus.words,
    layers,
  };
}

type Masks = Record<keyof LayerTrace, tf.Tensor2D>;

/** Of each sparse layer, [tokens, experts]: chosen, and guessed from two places. */
function masksOf(decoder: Decoder, inputs: Int32Array): Masks[] {
  const { params, config, biases } = decoder;
  const { dim } = config;
  const moe = config.moe!;
  const tokens = embedding.tokenTensor(inputs, config.vocabulary);
  const options = evaluatingOptions(decoder, length);
  const { blocks } = transformer.forward(params, tokens, config, options);
  const first = embedding.forward(within('embedding', params), tokens);
  const behind = (layer: number) => (layer < 0 ? first : blocks[layer].x);
  return sparseLayers(config).map((layer) => {
    const guess = (stream: tf.Tensor2D) => {
      const quiet = rmsNorm.forward(within(`layers.${layer}.norm.feedForward`, params), stream);
      const own = within(`layers.${layer}.moe`, params);
      const input = { tokenIds: tokens, bias: biases[layer] };
      return tf.clone(sparseLayer.route(own, quiet, { dim, ...moe }, input).routing.mask);
    };
    return {
      chosen: tf.clone(blocks[layer].routing!.mask),
      late: guess(behind(layer - 1)),
      early: guess(behind(layer - 2)),
    };
  });
}

/** [tokens · k]: the numbers of the experts that a mask, [tokens, experts] in one row, holds. */
function named(mask: ArrayLike<number>, experts: number): number[] {
  const all: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] > 0) all.push(i % experts);
  return all;
}
