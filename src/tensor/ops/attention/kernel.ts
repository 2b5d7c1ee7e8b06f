/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardAttention`: query [sequences · heads, length, width], keys and values
 *   [sequences · key heads, positions, their widths], and where positions have channels of their
 *   own also rotaryQuery like query and rotaryKey like keys, of widths and heads of their own →
 *   seen [sequences · length, heads · width of values] and weights
 *   [sequences · heads, length, positions]. Attributes: heads, scale, causal.
 * - `SwitchyardAttentionGradient`: dy of seen, weights, and all of these → the gradients of the
 *   inputs in their order. Sums run over query heads and queries in a fixed order.
 */
export const attentionKernel = 'SwitchyardAttention';

export interface AttentionAttributes {
  /** Query heads. */
  heads: number;
  /** What scores are multiplied by. */
  scale: number;
  /** True if the queries, the last of the positions, do not look at later ones. */
  causal: boolean;
}
