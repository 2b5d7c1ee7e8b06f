/**
 * The mixture of this station's domains: sequences of one domain, tokens of several kinds, eight
 * experts of which two answer, scored with sigmoids as in DeepSeek-V3.
 */
import * as tf from '../../../../tensor/tf';
import type { SparseLayerConfig } from '../../../layers/sparse-layer';
import sigmoidNormalised from '../../../routers/sigmoid-normalised';
import * as parts from '../../../tasks/parts';
import type { Params } from '../../../types';
import { firstWeights } from '../../first-weights';

/** Tokens of a sequence. */
export const sequence = 32;
export const domains = ['A', 'B', 'C', 'D'];
export const kinds = 8;
const options = {
  domains: domains.length,
  kinds,
  perToken: 1,
  sequence,
  domainWeight: 1.5,
  kindWeight: 0.7,
};

export const experts = 8;
export const topK = 2;
const hidden = 16;
const dim = parts.widthOf(options);

export const layer = {
  dim,
  experts,
  topK,
  hidden,
  out: parts.out,
  kind: 'relu',
  router: sigmoidNormalised,
} as const satisfies SparseLayerConfig;

export const task = (seed: number) => parts.create(seed, options);

/** First weights: a router with opinions, and answers of the size of one expert's. */
export const first = (seed: number): Params => firstWeights(layer, seed);

/** The same tokens, all of one domain: their marks and answers changed, kinds and content kept. */
export function ofDomain(data: parts.Parts, x: tf.Tensor2D, domain: number): parts.Tokens {
  const [tokens] = x.shape;
  const mark = tf.tensor2d(
    domains.map((_, i) => (i === domain ? 1 : 0)),
    [1, domains.length],
  );
  const rest = tf.slice(x, [0, domains.length], [tokens, dim - domains.length]);
  const marked = tf.concat([tf.tile(mark, [tokens, 1]), rest], 1) as tf.Tensor2D;
  return { x: marked, y: data.answer(marked) };
}

/** Columns of a token that mark its domain, and those that mark its kind: [tokens, …]. */
export const domainMarks = (x: tf.Tensor2D): tf.Tensor2D =>
  tf.slice(x, [0, 0], [x.shape[0], domains.length]);
export const kindMarks = (x: tf.Tensor2D): tf.Tensor2D =>
  tf.slice(x, [0, domains.length], [x.shape[0], kinds]);
