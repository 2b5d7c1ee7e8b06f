import { describe, expect, it } from 'vitest';
import { smallest } from '../../src/tensor/ops/products/large-webgpu';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { onCPU } from '../engine/fixtures/twins';
import { expectClose, expectNoLeaks } from '../model/backend';

useWebGPU();

/** Batch of a, batch of b, rows, inner, columns; the product of all five is not small. */
const sizes: [number[], number[], number, number, number][] = [
  [[], [], 64, 64, 64],
  [[], [], 33, 31, 35],
  [[], [], 1, 300, 129],
  [[], [], 129, 300, 1],
  [[], [], 200, 1, 200],
  [[], [], 12, 70, 44],
  [[], [], 6, 1024, 10],
  [[3], [3], 20, 30, 23],
  [[2, 3], [2, 3], 16, 28, 20],
  [[5], [1], 20, 24, 23],
  [[1], [5], 20, 24, 23],
  [[4], [], 28, 20, 30],
  [[], [4], 28, 20, 30],
];

describe.each(sizes)(
  'a product [%j] · [%j] of %i × %i × %i',
  (outerA, outerB, rows, inner, columns) => {
    it.each([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ])('with a transposed %s and b transposed %s', async (transposeA, transposeB) => {
      const a = normal([...outerA, ...(transposeA ? [inner, rows] : [rows, inner])], 1, 1, 'a');
      const b = normal(
        [...outerB, ...(transposeB ? [columns, inner] : [inner, columns])],
        1,
        1,
        'b',
      );
      expect(
        Math.max(a.size / (rows * inner), b.size / (inner * columns)) * rows * inner * columns,
      ).toBeGreaterThanOrEqual(smallest);
      const product = () => tf.matMul(a, b, transposeA, transposeB);
      const want = onCPU(product);
      const got = product();
      expect(got.shape).toEqual(want.shape);
      await expectClose(got, await want.data(), 1e-5 * Math.sqrt(inner));
      tf.dispose([a, b, want, got]);
    });
  },
);

it('leaves small products and integers to TensorFlow.js', async () => {
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  await expectClose(tf.matMul(a, a), [7, 10, 15, 22]);
  const ones = tf.ones([64, 64], 'int32') as tf.Tensor2D;
  expect(() => tf.matMul(tf.ones([64, 65]), tf.ones([64, 64]))).toThrow('inner shapes');
  expect(tf.matMul(ones, ones).dtype).toBe('int32');
});

it('has gradients, and leaves nothing behind', async () => {
  const a = normal<tf.Rank.R2>([40, 37], 1, 1, 'a');
  const b = normal<tf.Rank.R2>([37, 42], 1, 1, 'b');
  const gradients = () =>
    tf.grads((a, b) => tf.sum(tf.square(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D))))([a, b]);
  const want = onCPU(gradients);
  const got = gradients();
  for (const i of [0, 1]) await expectClose(got[i], await want[i].data(), 1e-4);
  await expectNoLeaks(() => tf.dispose(gradients()));
  tf.dispose([a, b, want, got]);
});
