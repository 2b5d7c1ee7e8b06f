import { it } from 'vitest';
import * as tf from '../../../src/tensor/tf';
import { expectClose, useBackend } from '../../model/backend';

useBackend();

it.each([1, 2, 7, 8, 20])(
  'adds %i tensors, which TensorFlow.js does not on WebGPU',
  async (count) => {
    const tensors = Array.from({ length: count }, (_, i) => tf.tensor1d([i + 1, 2]));
    await expectClose(tf.addN(tensors), [(count * (count + 1)) / 2, 2 * count]);
  },
);
