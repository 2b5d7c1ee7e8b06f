/**
 * The model of station 12: each half of a question is squeezed to m numbers by a matrix of its own,
 * and one expert answers from the 2m. It makes visible what jelassi2024 (theorem 3.2) argues from:
 * what does not fit through the squeeze, no number of experts behind it brings back. There the
 * squeeze is attention of a given width.
 */
import { normal, uniforms } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import * as relu from '../../../experts/relu';
import * as sparseLayer from '../../../layers/sparse-layer';
import hash from '../../../routers/hash';
import type { Params, RandomKey, Routing } from '../../../types';
import { bits, type Sizes } from './sizes';

export interface Squeezed extends Sizes {
  layer: sparseLayer.SparseLayerConfig;
}

/**
 * "left" and "right" [bits, m], the experts' weights, and those of the router where there is one
 * that learns.
 */
export function init({ width, experts, hidden, out, layer }: Squeezed, seed: number): Params {
  const side = (name: string) =>
    normal<tf.Rank.R2>([bits, width], bits ** -0.5, seed, `squeezed.${name}`);
  const sizes = { dim: 2 * width, experts, hidden, out };
  return {
    left: side('left'),
    right: side('right'),
    ...relu.init(sizes, seed),
    ...(experts > 1 &&
      layer.router !== hash && {
        'router.weight': normal<tf.Rank.R2>([2 * width, experts], 0.3, seed, 'router.weight'),
      }),
  };
}

/**
 * Questions [rows, 2 · bits] of 0 and 1 → logits [rows, classes], and who was sent where; a single
 * expert takes all.
 */
export function forward(
  params: Params,
  questions: tf.Tensor2D,
  { experts, layer }: Squeezed,
  random: RandomKey,
): { logits: tf.Tensor2D; routing?: Routing } {
  const rows = questions.shape[0];
  const [left, right] = tf.split(tf.sub(questions, 0.5), 2, 1) as tf.Tensor2D[];
  const squeezed = tf.concat([tf.matMul(left, params.left), tf.matMul(right, params.right)], 1);
  const x = squeezed as tf.Tensor2D; // [rows, 2m]
  if (experts === 1) return { logits: relu.forward(params, x, tf.ones([rows, 1]), rows) };
  const tokenIds = layer.router === hash ? identities(questions, random.seed) : undefined;
  const { y, routing } = sparseLayer.forward(params, x, layer, { random, tokenIds });
  return { logits: y, routing };
}

/** A number for each question, the same whenever it is asked: what dice were cast for. [rows] int32 */
function identities(questions: tf.Tensor2D, seed: number): tf.Tensor1D {
  const next = uniforms(seed, 'squeezed.identities');
  const dice = Array.from({ length: 2 * bits }, () => [Math.floor(next() * 1024)]);
  return tf.cast(tf.reshape(tf.matMul(questions, tf.tensor2d(dice)), [-1]), 'int32');
}
