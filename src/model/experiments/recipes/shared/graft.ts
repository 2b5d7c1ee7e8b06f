/** A layer that is made of others in the midst of a training, and goes its own way from there. */
import * as tf from '../../../../tensor/tf';
import type { Params } from '../../../types';

/** 1 from step `from` on, before it 0: a captured step asks the counter, not the CPU. */
export const since = (counter: tf.Scalar, from: number): tf.Scalar =>
  tf.cast(tf.greaterEqual(counter, tf.scalar(from, 'int32')), 'float32') as tf.Scalar;

/** `then` where `on` is 1, `first` where it is 0, number by number and exactly. */
export const chosen = (on: tf.Scalar, then: Params, first: Params): Params => {
  const off = tf.sub(1, on);
  return Object.fromEntries(
    Object.keys(then).map((name) => [
      name,
      tf.add(tf.mul(then[name], on), tf.mul(first[name], off)),
    ]),
  );
};
