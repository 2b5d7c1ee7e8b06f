/**
 * Choosing off the gradient tape. TensorFlow.js has no gradient for comparisons and top-k and no
 * stop-gradient: choices are made inside a custom gradient that is zero.
 */
import * as tf from '../core';

/** `compute(...inputs)` as a constant: gradients neither pass through nor fail. */
export function withoutGradient<Inputs extends tf.Tensor[], Y extends tf.Tensor>(
  compute: (...inputs: Inputs) => Y,
  ...inputs: Inputs
): Y {
  const constant = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const plain = given.slice(0, inputs.length) as Inputs; // behind them, a function to save with
    return {
      // A computation that hands an input back would tie the result to that input's life.
      value: tf.tidy(() => {
        const value = compute(...plain);
        return plain.some((input) => input === (value as tf.Tensor)) ? tf.clone(value) : value;
      }),
      gradFunc: () => inputs.map((input) => tf.zeros(input.shape)),
    };
  });
  return constant(...inputs) as Y;
}
