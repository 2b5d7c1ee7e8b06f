import { describe, expect, it } from 'vitest';
import * as crossEntropy from '../../src/model/layers/cross-entropy';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { expectTwins } from '../engine/fixtures/parity';

useWebGPU();

describe('cross-entropy', () => {
  it.each([
    [1, 2],
    [7, 5],
    [64, 2],
    [65, 3],
    [130, 257],
    [1024, 65],
  ])('of %i rows and %i classes is that of its twin', async (rows, classes) => {
    const logits = normal([rows, classes], 3, rows, 'logits');
    const targets = tf.tensor1d(
      Int32Array.from({ length: rows }, (_, i) => (i * 7 + 1) % classes),
      'int32',
    );
    await expectTwins({ logits }, ({ logits }) => [
      crossEntropy.forward(logits as tf.Tensor2D, targets),
    ]);
    targets.dispose();
  });

  it('keeps to large numbers, and to targets that are none of the classes', async () => {
    const logits = tf.tensor2d([
      [1000, 0, -1000],
      [-1000, -1000, -999],
      [5, 6, 7],
      [0, 0, 0],
    ]);
    const targets = tf.tensor1d([0, 1, 3, -1], 'int32');
    await expectTwins({ logits }, ({ logits }) => [
      crossEntropy.forward(logits as tf.Tensor2D, targets),
    ]);
    targets.dispose();
  });

  it('refuses another number of targets than rows', () => {
    const targets = tf.tensor1d([0], 'int32');
    expect(() => crossEntropy.forward(tf.ones([2, 3]), targets)).toThrow(
      '2 rows of logits need as many targets; there are 1.',
    );
  });
});
