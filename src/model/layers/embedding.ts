/** Token embedding: one trained vector per word of the vocabulary. */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import type { Params } from '../types';

/** { weight: [vocabulary, dim] }, normal with the given deviation. */
export function init(vocabulary: number, dim: number, seed: number, deviation = 1): Params {
  return { weight: normal<tf.Rank.R2>([vocabulary, dim], deviation, seed, 'embedding.weight') };
}

/**
 * tokens [n] int32, each in [0, vocabulary) → [n, dim]. A token outside gives zeros: values
 * cannot be looked at inside a step, so `tokenTensor` checks them on the host.
 */
export function forward(params: Params, tokens: tf.Tensor1D): tf.Tensor2D {
  return tf.embed(params.weight as tf.Tensor2D, tokens);
}

/**
 * Logits of a head that shares the embedding: x [n, dim] → [n, vocabulary].
 * Throws if the widths differ.
 */
export function unembed(params: Params, x: tf.Tensor2D): tf.Tensor2D {
  const weight = params.weight as tf.Tensor2D;
  if (weight.shape[1] !== x.shape[1])
    throw new Error(
      `The embedding has ${weight.shape[1]} channels, the hidden state ${x.shape[1]}; both must be equal.`,
    );
  return tf.matMul(x, weight, false, true);
}

/** Tokens for the device, [n] int32. Throws if one is not a word of the vocabulary. */
export function tokenTensor(tokens: ArrayLike<number>, vocabulary: number): tf.Tensor1D {
  const strange = Array.from(tokens).find(
    (t) => !(Number.isInteger(t) && t >= 0 && t < vocabulary),
  );
  if (strange !== undefined)
    throw new Error(
      `Token ${strange} is not in the vocabulary: ${vocabulary} words are numbered 0 to ${vocabulary - 1}.`,
    );
  return tf.tensor1d(Int32Array.from(tokens), 'int32');
}
