/**
 * Sparsely routed attention (mixture of attention heads): a router picks k of E query heads for
 * every token; all heads look at the same keys and values. zhang2022, §3.
 *
 * Every head is computed and weighed by its gate, 0 where it was not chosen: the same function
 * and gradients as computing only the chosen ones, at the price of all.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import { lengthOf } from '../sequences';
import type { Params, Router, RouterInput, Routing } from '../types';
import type { AttentionOptions, AttentionOutput } from './attention';
import { cachedLength, extended } from './kv-cache';
import { projectHeads } from './project-heads';
import * as rope from './rope';

export interface RoutedAttentionConfig {
  /** Width of the residual stream (d). */
  dim: number;
  /** Query heads to choose from (E). */
  experts: number;
  /** Query heads of one token (k). */
  topK: number;
  headWidth: number;
  router: Router;
  /** Rotary positions with this base; without it order is invisible but for the mask. */
  rotaryBase?: number;
}

/** A sentence if the heads cannot be routed so. */
export function refusal(config: RoutedAttentionConfig, tokens: number): string | undefined {
  const { experts, topK, headWidth, router, rotaryBase } = config;
  if (topK > experts)
    return `topK ${topK} needs at least ${topK} query heads; there are ${experts}.`;
  const byRouter = router.refusal?.({ experts, topK, tokens });
  if (byRouter) return byRouter;
  if (rotaryBase) return rope.refusal(headWidth);
}

/**
 * query [dim, experts · width], key and value [dim, width], output [experts · width, dim], and
 * the router's own ("router.weight"). Normal numbers of deviation 1/√(inputs of one head).
 */
export function init(config: RoutedAttentionConfig, seed: number): Params {
  const { dim, experts, headWidth, router } = config;
  const weight = (name: string, inputs: number, outputs: number, fan = inputs) => ({
    [name]: normal<tf.Rank.R2>([inputs, outputs], fan ** -0.5, seed, `routed.${name}`),
  });
  return {
    ...router.init(dim, experts, seed),
    ...weight('query', dim, experts * headWidth),
    ...weight('key', dim, headWidth),
    ...weight('value', dim, headWidth),
    ...weight('output', experts * headWidth, dim, headWidth),
  };
}

/**
 * x [tokens, dim] → y [tokens, dim]; weights [sequences · experts, queries, keys] of all heads;
 * the cache, keys and values [sequences, positions, width]; the routing for a balancer.
 * Throws what `refusal` says.
 */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  config: RoutedAttentionConfig,
  options: AttentionOptions & Partial<RouterInput> = {},
): AttentionOutput & { routing: Routing } {
  refuse(refusal(config, x.shape[0]));
  const { experts, topK, headWidth, router, rotaryBase } = config;
  const { cache: held, sequenceLength, ...forRouter } = options;
  const length = lengthOf(x, sequenceLength);
  const first = cachedLength(held);

  return tf.tidy(() => {
    const routing = router.route({
      ...forRouter,
      sequenceLength: length,
      experts,
      topK,
      x,
      params,
    });
    const [query, key, value] = projectHeads(
      x,
      [
        { weight: params.query, heads: experts, turned: Boolean(rotaryBase) },
        { weight: params.key, heads: 1, turned: Boolean(rotaryBase) },
        { weight: params.value, heads: 1 },
      ],
      { length, first, base: rotaryBase },
    ); // [sequences · experts, length, width], then [sequences, length, width]
    const cache = extended(held, { keys: key, values: value });
    const { seen, weights } = tf.attention(
      { query, keys: cache.keys, values: cache.values },
      { heads: experts, scale: headWidth ** -0.5, causal: true },
    );
    const weighed = tf.mul(
      tf.reshape(seen, [x.shape[0], experts, headWidth]),
      tf.expandDims(routing.gates, 2), // [tokens, experts, 1]
    );
    const y: tf.Tensor2D = tf.matMul(
      tf.reshape(weighed, [x.shape[0], experts * headWidth]),
      params.output,
    );
    return { y, weights, cache, routing: { ...routing } };
  });
}
