/** Several networks in one record of parameters, each with a loss of its own, trained in one step. */
import * as tf from '../../../../tensor/tf';
import { pick, seenAndGradients } from '../../../gradients';
import { prefixed } from '../../../layers/names';
import * as deepMlp from '../../../networks/deep-mlp';
import adam from '../../../optimizers/adam';
import type { Params } from '../../../types';
import type { StepInput } from '../../types';

/** "name.layers.0.weight" … of each contestant. */
export const together = (contestants: Record<string, Params>): Params =>
  Object.assign({}, ...Object.entries(contestants).map(([name, params]) => prefixed(name, params)));

/**
 * One step of Adam on the sum of the contestants' losses. They share no parameter, so each takes
 * the step that it would take alone. `lossesOf` gives [contestants], or several rows to be joined.
 */
export function stepTogether(
  names: string[],
  { state, live }: StepInput,
  lossesOf: (params: Params) => tf.Tensor1D,
): { state: Params; losses: tf.Tensor1D; loss: tf.Scalar } {
  const now = pick(state, names);
  const { seen, grads } = seenAndGradients(now, (params) => {
    const losses = lossesOf(params);
    return { loss: tf.sum(losses) as tf.Scalar, losses };
  });
  const moved = adam.update(now, grads, state, live);
  return {
    state: { ...moved.params, ...moved.state },
    losses: seen.losses,
    loss: tf.mean(seen.losses) as tf.Scalar,
  };
}

/** What a network has of the thing that is held equal. */
export const costOf = (equal: string) =>
  equal === 'multiplications' ? deepMlp.multiplications : deepMlp.parameters;

/** [points, 1] */
export const column = (values: ArrayLike<number>): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from(values), [values.length, 1]);

/** The middles of so many equal parts of [0, 1]. */
export const middles = (points: number): number[] =>
  Array.from({ length: points }, (_, i) => (i + 0.5) / points);

export const squaredError = (a: tf.Tensor, b: tf.Tensor): tf.Scalar =>
  tf.mean(tf.squaredDifference(a, b)) as tf.Scalar;

/** Share of rows whose largest logit is the target's: logits [rows, classes], targets [rows]. */
export const shareRight = (logits: tf.Tensor, targets: tf.Tensor): tf.Scalar =>
  tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), targets), 'float32')) as tf.Scalar;
