/**
 * Weights that have to be read for a step of writing, where nothing else is read: what bounds the
 * speed from above. A step gives each of so many texts one token.
 */
import { expectedTouched } from '../serving/touched';
import { type Architecture, isSparseLayer } from './architecture';
import { countParameters, expertParameters } from './parameters';

export interface Weights {
  /** All, without the embedding, of which a token only reads a row. */
  all: number;
  /** Read for every token: attention, dense networks, shared experts, routers, the head. */
  fixed: number;
  /** Of one token's routed experts, in all layers. */
  chosen: number;
  /** One routed expert. */
  expert: number;
  /** Experts that one token calls up: k for each sparse layer. */
  calls: number;
  /** Routed experts of a layer, and those of a token; of the first sparse layer. */
  experts: number;
  topK: number;
}

/** Of a model with sparse layers that are alike, as released ones are. Throws a sentence for a dense one. */
export function weightsOf(architecture: Architecture): Weights {
  const sparse = architecture.layers.filter(isSparseLayer);
  if (!sparse.length) throw new Error('This model has no experts: all of it is read each time.');
  const { total, activeWithoutEmbedding, embedding, beside } = countParameters(architecture);
  const { feedForward } = sparse[0];
  const expert = expertParameters(architecture.dim, feedForward);
  const calls = sparse.length * feedForward.topK;
  return {
    all: total - beside - (architecture.tied ? 0 : embedding),
    fixed: activeWithoutEmbedding - calls * expert,
    chosen: calls * expert,
    expert,
    calls,
    experts: feedForward.experts,
    topK: feedForward.topK,
  };
}

/** Weights read in a step of so many texts, if their tokens choose at random. */
export function readTogether({ fixed, chosen, experts, topK }: Weights, texts: number): number {
  return fixed + (chosen / topK) * expectedTouched(experts, topK, texts);
}

/** A machine, or any number of them in the same proportion. */
export interface Machine {
  /** Bytes of memory read in a second. */
  memory: number;
  /** Operations in a second; two for each weight and token. */
  arithmetic: number;
}

/** Tokens a second of all texts together, at most: reading and computing overlap, the slower decides. */
export function tokensPerSecond(
  bytes: number,
  active: number,
  texts: number,
  { memory, arithmetic }: Machine,
): number {
  return texts / Math.max(bytes / memory, (2 * active * texts) / arithmetic);
}

/** Texts from which arithmetic is the limit, where `bytes` are read however many there are. */
export const textsForArithmetic = (
  bytes: number,
  active: number,
  { memory, arithmetic }: Machine,
): number => ((bytes / memory) * arithmetic) / (2 * active);
