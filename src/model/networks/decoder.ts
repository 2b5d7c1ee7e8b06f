/**
 * A decoder that can travel: its configuration in plain data, its weights by name, and the
 * selection biases that its router learned. What station 10 trains and later stations open.
 */
import * as tf from '../../tensor/tf';
import type { Model, Numbers, Plain } from '../experiments/types';
import type { AttentionKind } from '../layers/block';
import { BASE } from '../layers/rope';
import { balancers, routers } from '../registry';
import type { Params } from '../types';
import * as transformer from './transformer';

/** All that says how a decoder is built: plain data, so that a file or an address can hold it. */
export interface DecoderShape {
  /** What token i stands for. */
  words: string[];
  dim: number;
  layers: number;
  attention: 'latent' | 'heads';
  heads: number;
  /** Latent attention: numbers kept of each token, and of its rotary key. */
  keyValueRank: number;
  rotaryWidth: number;
  /** Grouped heads: how many share keys and values; as many as heads unless said. */
  keyValueHeads?: number;
  /** Hidden units of a dense block. */
  denseHidden: number;
  /** 0 where no block is sparse. */
  experts: number;
  topK: number;
  expertHidden: number;
  sharedExperts: number;
  firstDense: number;
  sparseEvery: number;
  router: string;
  balancer: string;
  /** Of the run that trained it: a table of dice is made from it. */
  seed: number;
}

/** The house model (src/content says it in words): 92,768 numbers, 51,296 at work on a token. */
export const house: Omit<DecoderShape, 'words' | 'seed'> = {
  dim: 32,
  layers: 4,
  attention: 'latent',
  heads: 4,
  keyValueRank: 16,
  rotaryWidth: 8,
  denseHidden: 72,
  experts: 8,
  topK: 2,
  expertHidden: 24,
  sharedExperts: 1,
  firstDense: 1,
  sparseEvery: 1,
  router: 'sigmoid-normalised',
  balancer: 'bias',
};

export interface Decoder {
  shape: DecoderShape;
  config: transformer.TransformerConfig;
  params: Params;
  /** By layer: the selection bias, [experts], where the balancer moves one. */
  biases: (tf.Tensor1D | undefined)[];
  /** By layer: a router in place of the model's own, for a look at it without some experts, say. */
  routers?: transformer.TransformerOptions['routers'];
}

/** Throws a sentence if router or balancer do not exist. */
export function configOf(shape: DecoderShape): transformer.TransformerConfig {
  const { dim, heads, experts, topK, expertHidden, sharedExperts } = shape;
  const attention: AttentionKind =
    shape.attention === 'latent'
      ? {
          kind: 'latent',
          heads,
          headWidth: dim / heads,
          keyValueRank: shape.keyValueRank,
          rotaryWidth: shape.rotaryWidth,
        }
      : { kind: 'heads', heads, keyValueHeads: shape.keyValueHeads ?? heads, rotaryBase: BASE };
  return {
    vocabulary: shape.words.length,
    dim,
    layers: shape.layers,
    hidden: shape.denseHidden,
    firstDense: shape.firstDense,
    sparseEvery: shape.sparseEvery,
    attention,
    ...(experts > 0 && {
      moe: {
        experts,
        topK,
        hidden: expertHidden,
        shared: sharedExperts,
        router: routers.get(shape.router),
        balancer: balancers.get(shape.balancer),
      },
    }),
  };
}

/** Layers that have experts, from 0. */
export const sparseLayers = (config: transformer.TransformerConfig): number[] =>
  Array.from({ length: config.layers }, (_, layer) => layer).filter((layer) =>
    transformer.isSparse(config, layer),
  );

/** What a decoder's `forward` wants beside parameters and tokens, outside training. */
export const evaluatingOptions = (
  { shape, biases, routers }: Pick<Decoder, 'shape' | 'biases' | 'routers'>,
  sequenceLength: number,
): transformer.TransformerOptions => ({
  sequenceLength,
  biases,
  ...(routers && { routers }),
  evaluating: true,
  random: { seed: shape.seed, counter: tf.scalar(0, 'int32') },
});

const biasName = (layer: number) => `bias.${layer}`;

/** The decoder's numbers, to keep or to hand on. */
export async function toModel({ shape, params, biases }: Omit<Decoder, 'config'>): Promise<Model> {
  const weights: Record<string, Numbers> = {};
  const put = async (name: string, tensor: tf.Tensor) => {
    weights[name] = { shape: tensor.shape, data: Float32Array.from(await tensor.data()) };
  };
  for (const [name, tensor] of Object.entries(params)) await put(name, tensor);
  for (const [layer, bias] of biases.entries()) if (bias) await put(biasName(layer), bias);
  return { form: 'decoder', about: shape as unknown as { [name: string]: Plain }, weights };
}

/**
 * The decoder inside a model. Throws a sentence if the model is of another form, or its weights
 * are not those that its shape asks for. Whoever asks disposes `params` and `biases`.
 */
export function fromModel({ form, about, weights }: Model): Decoder {
  if (form !== 'decoder')
    throw new Error(`This model is a ${form}; a decoder (station 10 trains one) is needed here.`);
  const shape = about as unknown as DecoderShape;
  const config = configOf(shape);
  const wanted = tf.tidy(() =>
    Object.entries(transformer.init(config, 1)).map(
      ([name, tensor]) => [name, tensor.shape] as const,
    ),
  );
  for (const [name, size] of wanted) {
    const found = weights[name];
    if (!found) throw new Error(`The model lacks the weights ${name} [${size}].`);
    if (found.shape.join() !== size.join())
      throw new Error(`The weights ${name} are [${found.shape}]; their model needs [${size}].`);
  }
  const tensor = (name: string) => tf.tensor(weights[name].data, weights[name].shape);
  return {
    shape,
    config,
    params: Object.fromEntries(wanted.map(([name]) => [name, tensor(name)])),
    biases: Array.from({ length: config.layers }, (_, layer) =>
      weights[biasName(layer)] ? (tensor(biasName(layer)) as tf.Tensor1D) : undefined,
    ),
  };
}

/** Releases the tensors of a decoder that `fromModel` made. */
export function disposeDecoder({ params, biases }: Decoder): void {
  tf.dispose(params);
  for (const bias of biases) bias?.dispose();
}
