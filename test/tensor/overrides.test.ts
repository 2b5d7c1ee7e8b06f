/** Gradients that TensorFlow.js gets wrong, on the CPU backend against finite differences. */
import { beforeAll, it } from 'vitest';
import * as tf from '../../src/tensor/tf';
import { checkGradient } from '../engine/fixtures/differences';

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

it('the gradient of a matMul sums over broadcast batches', async () => {
  const three = tf.randomUniform([3, 2, 4], { seed: 1, counter: tf.scalar(0, 'int32') }, 'a');
  const two = tf.randomUniform([4, 5], { seed: 1, counter: tf.scalar(0, 'int32') }, 'b');
  await checkGradient((x) => tf.sum(tf.square(tf.matMul(three, x))) as tf.Scalar, two);
  await checkGradient((x) => tf.sum(tf.square(tf.matMul(x, two))) as tf.Scalar, three);
  const one = tf.reshape(two, [1, 4, 5]);
  await checkGradient((x) => tf.sum(tf.square(tf.matMul(three, x))) as tf.Scalar, one);
});

it.each([0, 1, 2])('the gradient of a cumsum along axis %i', async (axis) => {
  const x = tf.randomUniform([2, 3, 4], { seed: 1, counter: tf.scalar(0, 'int32') }, 'x');
  for (const exclusive of [false, true])
    for (const reverse of [false, true])
      await checkGradient(
        (given) => tf.sum(tf.square(tf.cumsum(given, axis, exclusive, reverse))) as tf.Scalar,
        x,
      );
});
