/**
 * The Switch loss, E · Σ f·P: f an expert's share of the assignments and P its mean score; alone, or
 * weighed and on top of another loss. Defined by model/balancing/switch.ts. Undefined where the
 * backend now current has no kernel.
 */
import * as tf from '../../core';
import { differentiables, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { switchLossKernel } from './kernel';

/** The loss, a scalar; its gradient goes to the scores alone. */
export const switchLoss = (
  mask: tf.Tensor2D,
  scores: tf.Tensor2D,
  topK: number,
): tf.Scalar | undefined => lossOf({ scores }, { mask, scores }, topK)?.[0];

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
): { total: tf.Scalar; balance: tf.Scalar } | undefined {
  const both = lossOf({ task, scores }, { mask, scores, task, strength }, topK);
  return both && { total: both[0], balance: both[1] };
}

function lossOf(
  trained: Record<string, tf.Tensor>,
  inputs: Record<string, tf.Tensor>,
  topK: number,
): tf.Scalar[] | undefined {
  if (!hasKernel(switchLossKernel)) return undefined;
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
