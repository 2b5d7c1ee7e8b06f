/**
 * Routers that score experts and keep the k best: scores, choice and gates of a batch in one
 * command, their gradient in another. Defined by the plain TensorFlow.js in model/routers and
 * model/selection.ts; a backend has the op where it has its kernels:
 *
 * - `SwitchyardRouter`: logits [tokens, experts], or x [tokens, dim] and weight [dim, experts],
 *   and perhaps bias and scale → logits, scores, mask and gates, each [tokens, experts].
 * - `SwitchyardRouterGradient`: scores, mask, gates, perhaps scale, and as many of dLogits,
 *   dScores and dGates as there are → the gradient of the logits.
 * - `SwitchyardTopK`: scores [rows, columns] → mask.
 */

import type * as tf from '../../core';
import { webgpuBackend } from '../../internals';
import { differentiables, runKernel } from '../differentiable';
import { hasKernel } from '../program';

export const routerKernel = 'SwitchyardRouter';
export const topKKernel = 'SwitchyardTopK';

/** Experts of a router whose numbers fit beside each other into what WGSL grants a function. */
export const mostRouted = 512;

/** True where the backend now current has the op for so many experts. */
export const routesByKernel = (experts: number): boolean =>
  experts <= mostRouted && hasKernel(routerKernel);

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

export interface Routed {
  logits: tf.Tensor2D;
  scores: tf.Tensor2D;
  mask: tf.Tensor2D;
  gates: tf.Tensor2D;
}

/** Where the logits come from: given, or a product with x. */
export type RouterSource = { logits: tf.Tensor2D } | { x: tf.Tensor2D; weight: tf.Tensor };

/**
 * The routing of a batch, all [tokens, experts]. `bias` [experts] or [tokens, experts] is added
 * where experts are chosen, `scale` (a scalar) multiplies the gates; neither gets a gradient.
 * Between equal entries the lower index wins. Throws if topK is not between 1 and the experts.
 */
export function routeByScores(
  form: RouterForm,
  source: RouterSource,
  bias?: tf.Tensor,
  scale?: tf.Tensor,
): Routed {
  const inputs: Record<string, tf.Tensor> = { ...source };
  const experts = ('logits' in source ? source.logits : source.weight).shape[1]!;
  checkChoice(form.topK, experts);
  const [logits, scores, mask, gates] = differentiables({
    inputs,
    forward(save) {
      const results = runKernel(
        routerKernel,
        { ...inputs, ...(bias && { bias }), ...(scale && { scale }) },
        { form },
      );
      save([...Object.values(inputs), ...results.slice(1), ...(scale ? [scale] : [])]);
      return results;
    },
    backward(dys, saved): Record<string, () => tf.Tensor> {
      const given = Object.keys(inputs).length;
      const [scores, mask, gates, scale] = saved.slice(given);
      const [dLogits, dScores, , dGates] = dys;
      const present = Object.entries({ dLogits, dScores, dGates }).filter(([, dy]) => !absent(dy));
      const [onLogits] = runKernel(
        `${routerKernel}Gradient`,
        { scores, mask, gates, ...(scale && { scale }), ...Object.fromEntries(present) },
        { form },
      );
      if ('logits' in source) return { logits: () => onLogits };
      const [x, weight] = saved;
      const product = (a: tf.Tensor, b: tf.Tensor, transposeA: boolean) =>
        runKernel('BatchMatMul', { a, b }, { transposeA, transposeB: !transposeA })[0];
      return {
        x: () => product(onLogits, weight, false),
        weight: () => product(x, onLogits, true),
      };
    },
  }) as tf.Tensor2D[];
  return { logits, scores, mask, gates };
}

/** [rows, columns] → 1 at each row's `k` largest, else 0; between equal ones the lower index wins. */
export function topKOf(scores: tf.Tensor2D, k: number): tf.Tensor2D {
  return runKernel(topKKernel, { scores }, { k })[0] as tf.Tensor2D;
}

/** Throws a sentence unless 1 ≤ k ≤ columns. */
export function checkChoice(k: number, columns: number): void {
  if (!(Number.isInteger(k) && k >= 1 && k <= columns))
    throw new Error(`The ${k} largest of ${columns} cannot be chosen: k is 1 to ${columns}.`);
}

/**
 * True for the gradient of a result that nothing depends on: TensorFlow.js stands in for it with
 * zeros of the CPU, which no other tensor of a step's gradient is.
 */
function absent(dy: tf.Tensor): boolean {
  const data = webgpuBackend()?.tensorMap.get(dy.dataId);
  return Boolean(data?.values && !data.resource && data.values.every((value) => value === 0));
}
