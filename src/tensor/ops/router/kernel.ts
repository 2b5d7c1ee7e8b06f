/**
 * What a backend computes for op.ts and top-k.ts, which it has where it has the kernels:
 *
 * - `SwitchyardRouter`: logits [tokens, experts], or x [tokens, dim] and weight [dim, experts],
 *   and perhaps bias and scale → logits, scores, mask and gates, each [tokens, experts].
 * - `SwitchyardRouterGradient`: scores, mask, gates, perhaps scale, and as many of dLogits,
 *   dScores and dGates as there are → the gradient of the logits.
 * - `SwitchyardTopK`: scores [rows, columns] → mask.
 */
export const routerKernel = 'SwitchyardRouter';
export const topKKernel = 'SwitchyardTopK';

/** Experts of a router whose numbers fit beside each other into what WGSL grants a function. */
export const mostRouted = 512;

/** What distinguishes the routers of this family. */
export interface RouterForm {
  scoring: 'softmax' | 'sigmoid';
  /**
   * plain: a chosen expert's score; normalised: that divided by the chosen ones' sum; softmax: the
   * softmax of the chosen ones' logits.
   */
  gating: 'plain' | 'normalised' | 'softmax';
  /** Experts per token. */
  topK: number;
  /** What decides the choice: the scores, plus the bias, unless said. */
  by?: 'scores' | 'logits';
}
