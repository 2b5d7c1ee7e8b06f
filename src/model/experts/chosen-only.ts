/** Layers of experts of which only the chosen are computed, where a backend can do that. */
import * as tf from '../../tensor/tf';
import { within } from '../layers/names';
import type { Params, Router } from '../types';
import type { ExpertsConfig } from './relu';

/** A kind of expert: experts/relu.ts or experts/swiglu.ts. */
export interface Experts {
  init(config: ExpertsConfig, seed: number): Params;
  /**
   * Sum of the experts' answers, weighed by the gates: [tokens, dim], [tokens, experts] →
   * [tokens, out]. `mostPairs` says that at most so many gates are not 0, and that gates which are
   * 0 need no gradient: the cost then follows the chosen experts where the backend can do that.
   */
  forward(params: Params, x: tf.Tensor2D, gates: tf.Tensor2D, mostPairs?: number): tf.Tensor2D;
}

/** A kind's `forward`, which `everyExpert` defines: all experts for all tokens. */
export const chosenOnly = (
  kind: 'Relu' | 'Swiglu',
  everyExpert: (params: Params, x: tf.Tensor2D, gates: tf.Tensor2D) => tf.Tensor2D,
) =>
  tf.fused<Parameters<Experts['forward']>, tf.Tensor2D>(
    (params, x, gates, mostPairs) =>
      mostPairs === undefined
        ? undefined
        : tf.groupedExperts(kind, x, gates, within('experts', params), mostPairs),
    (params, x, gates, mostPairs) =>
      everyExpert(params, x, mostPairs === undefined ? gates : withGradientWhereOpen(gates)),
  );

/**
 * The gates [tokens, experts] as they are, but without a gradient where they are 0: what a layer
 * gives that computes only the chosen experts.
 */
function withGradientWhereOpen(gates: tf.Tensor2D): tf.Tensor2D {
  const open = tf.withoutGradient((plain: tf.Tensor2D) => tf.step(tf.abs(plain)), gates);
  return tf.mul(gates, open);
}

/**
 * How many pairs of token and expert a router chooses at most, or undefined where its gates need
 * a gradient at experts that were not chosen. As `forward` wants it.
 */
export function mostPairs(
  { perToken = 'topK', denseGates }: Pick<Router, 'perToken' | 'denseGates'>,
  topK: number,
  [tokens, experts]: number[],
): number | undefined {
  if (denseGates) return undefined;
  return tokens * (perToken === 'topK' || perToken === 'average' ? topK : experts);
}
