/** The small mixture of experts by which every rung of the ladder is judged. */
import type { Session } from '../../model/experiments/types';
import * as tf from '../../tensor/tf';

/** Steps before the measured ones, and as many measured. */
export const steps = 8;

const tokens = 64;
const dim = 8;
const experts = 4;
const hidden = 16;

/**
 * A mixture of experts that learns sin of a sum, by plain gradient descent, from numbers without
 * any randomness: its loss after `2 · steps` steps is the same everywhere.
 */
export function referenceSession(): Session {
  const wave = (shape: number[], scale: number, phase: number) =>
    tf.tidy(() => {
      const size = tf.util.sizeFromShape(shape);
      const values = Float32Array.from(
        { length: size },
        (_, i) => scale * Math.sin(1 + 2.7 * i + phase),
      );
      return tf.tensor(values, shape);
    });
  const x = wave([tokens, dim], 1, 0) as tf.Tensor2D;
  const y = tf.tidy(() => tf.sin(tf.sum(x, 1, true)));
  const names = ['router', 'up', 'down'];
  return {
    state: {
      router: wave([dim, experts], 0.5, 1),
      up: wave([dim, experts * hidden], 0.4, 2),
      down: wave([experts * hidden, 1], 0.3, 3),
    },
    live: [],
    step({ state }) {
      const loss = (router: tf.Tensor, up: tf.Tensor, down: tf.Tensor) => {
        const gates = tf.softmax(tf.matMul(x, router as tf.Tensor2D)); // [tokens, experts]
        const inner = tf.relu(tf.matMul(x, up as tf.Tensor2D)); // [tokens, experts · hidden]
        const weighed = tf.mul(
          tf.reshape(inner, [tokens, experts, hidden]),
          tf.expandDims(gates, 2),
        );
        const flat = tf.reshape(weighed, [tokens, experts * hidden]) as tf.Tensor2D;
        return tf.mean(tf.square(tf.sub(tf.matMul(flat, down as tf.Tensor2D), y))) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(loss as (...all: tf.Tensor[]) => tf.Scalar)(
        names.map((name) => state[name]),
      );
      return {
        state: Object.fromEntries(
          names.map((name, i) => [name, tf.sub(state[name], tf.mul(grads[i], 0.1))]),
        ),
        metrics: { loss: value },
      };
    },
    dispose() {
      x.dispose();
      y.dispose();
    },
  };
}

/** Loss of step 2 · steps, in float64 by NumPy (test/reference/ladder.py). */
export const expectedLoss = 0.22415766;
