/** A released model's layer of experts, made so small that a page can train it. */
import { type Architecture, isSparseLayer } from './architecture';

export interface ScaledShape {
  /** Routed experts, those of one token, and slices of the same size that all tokens use. */
  experts: number;
  topK: number;
  shared: number;
  /** Hidden units of one expert. */
  hidden: number;
  /** What they were made of: the model's own width, and units of one expert and of the shared. */
  original: { dim: number; hidden: number; sharedHidden: number; gated: boolean };
}

/**
 * The first layer with experts, at `units` hidden units at work, shared ones included, or as near
 * as whole units come. Counts of experts stay; a shared expert that is wider than the routed ones
 * becomes several. Throws a sentence if no layer has experts.
 */
export function scaledShape({ dim, layers }: Architecture, units: number): ScaledShape {
  const layer = layers.find(isSparseLayer);
  if (!layer) throw new Error('No layer of this configuration has experts to choose from.');
  const {
    experts,
    topK,
    hidden,
    gated,
    shared,
    sharedHidden = shared * hidden,
  } = layer.feedForward;
  const alike = Math.round(sharedHidden / hidden);
  return {
    experts,
    topK,
    shared: alike,
    hidden: Math.max(1, Math.round(units / (topK + alike))),
    original: { dim, hidden, sharedHidden, gated },
  };
}

/** Share of a layer's operations that its router takes: one matrix against two or three a unit. */
export function routerShare(shape: {
  dim: number;
  out?: number;
  experts: number;
  /** Hidden units at work, shared ones included. */
  units: number;
  gated: boolean;
}): number {
  const { dim, out = dim, experts, units, gated } = shape;
  const router = dim * experts;
  return router / (router + units * (dim * (gated ? 2 : 1) + out));
}
