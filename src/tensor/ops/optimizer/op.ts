/**
 * One step of an optimizer for all parameters: few commands, whatever their number, and none that
 * lays the parameters end to end. Rules are defined by the members of model/optimizers.
 */
import type * as tf from '../../core';
import { runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { optimizerKernel, type Rule } from './kernel';

/** Numbers that may change while training, scalars on the device. */
export interface Rates {
  learningRate: tf.Tensor;
  /** momentum: share of the velocity that stays. */
  momentum?: tf.Tensor;
  /** adam: share of a matrix that is lost per step and learning rate, beside its gradient. */
  weightDecay?: tf.Tensor;
}

export interface Moved {
  params: Record<string, tf.Tensor>;
  /** As given, one step on; absent where none was given. */
  memory?: tf.Tensor;
  count?: tf.Tensor;
}

/**
 * The parameters one step on. `memory` holds what the rule remembers of each weight, in the order
 * of the record: momentum, [weights]: the velocity; adam, [2, weights]: the mean of the gradient,
 * then that of its square. `count`, adam's: steps so far, a scalar.
 * Undefined where the backend now current has no kernel. Throws if a parameter has no gradient of
 * its shape, or the memory is of other weights.
 */
export function optimize(
  rule: Rule,
  params: Record<string, tf.Tensor>,
  grads: Record<string, tf.Tensor>,
  rates: Rates,
  memory?: tf.Tensor,
  count?: tf.Tensor,
): Moved | undefined {
  const names = Object.keys(params);
  const inputs: Record<string, tf.Tensor> = {};
  names.forEach((name, i) => {
    if (grads[name]?.shape.join() !== params[name].shape.join())
      throw new Error(
        `The parameter ${name} [${params[name].shape}] cannot be moved by a gradient [${grads[name]?.shape ?? 'none'}].`,
      );
    inputs[`p${i}`] = params[name];
    inputs[`g${i}`] = grads[name];
  });
  if (!hasKernel(optimizerKernel)) return undefined;
  const { learningRate, momentum, weightDecay } = rates;
  inputs.learningRate = learningRate;
  for (const [name, tensor] of Object.entries({ momentum, weightDecay, memory, count }))
    if (tensor) inputs[name] = tensor;
  const results = runKernel(optimizerKernel, inputs, { rule, parameters: names.length });
  const moved = Object.fromEntries(names.map((name, i) => [name, results[i]]));
  const rest = results.slice(names.length);
  return {
    params: moved,
    memory: memory && rest.shift(),
    count: count && rest.shift(),
  };
}
