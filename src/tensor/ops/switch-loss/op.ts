/**
 * The Switch loss, E · Σ f·P: f an expert's share of the assignments and P its mean score
 * (model/balancing/switch.ts defines it); alone, or weighed and on top of another loss. A backend
 * has the ops where it has both kernels:
 *
 * - `SwitchyardSwitchLoss`: mask and scores [tokens, experts], perhaps task and strength, scalars →
 *   task + strength · loss (the loss alone without them), the loss, and f [experts].
 * - `SwitchyardSwitchLossGradient`: dy, a scalar, perhaps strength, f, and attribute `shape` →
 *   the gradient of the scores.
 */
import * as tf from '../../core';
import { differentiables, runKernel } from '../differentiable';

export const switchLossKernel = 'SwitchyardSwitchLoss';

/** The loss, a scalar; its gradient goes to the scores alone. */
export const switchLoss = (mask: tf.Tensor2D, scores: tf.Tensor2D, topK: number): tf.Scalar =>
  lossOf({ scores }, { mask, scores }, topK)[0];

/**
 * `total` is task + strength · balance and carries the gradient, to task and scores; `balance`,
 * the loss itself, is for looking at and carries none.
 */
export function addSwitchLoss(
  task: tf.Scalar,
  strength: tf.Scalar,
  mask: tf.Tensor2D,
  scores: tf.Tensor2D,
  topK: number,
): { total: tf.Scalar; balance: tf.Scalar } {
  const [total, balance] = lossOf({ task, scores }, { mask, scores, task, strength }, topK);
  return { total, balance };
}

function lossOf(
  trained: Record<string, tf.Tensor>,
  inputs: Record<string, tf.Tensor>,
  topK: number,
): tf.Scalar[] {
  const { strength, scores } = inputs;
  return differentiables({
    inputs: trained,
    forward(save) {
      const [total, balance, shares] = runKernel(switchLossKernel, inputs, { topK });
      save(strength ? [shares, strength] : [shares]);
      return [total, balance];
    },
    backward([dy], [shares, strength]) {
      const given = { dy, shares, ...(strength && { strength }) };
      const gradient = `${switchLossKernel}Gradient`;
      return {
        task: () => tf.clone(dy),
        scores: () => runKernel(gradient, given, { shape: scores.shape })[0],
      };
    },
  }) as tf.Scalar[];
}
