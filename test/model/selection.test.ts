import { describe, expect, it } from 'vitest';
import { topKMask, withoutGradient } from '../../src/model/selection';
import { normals } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

/** The same by sorting on the host. */
function topKOnHost(rows: number[][], k: number): number[][] {
  return rows.map((row) => {
    const order = row.map((_, i) => i).sort((a, b) => row[b] - row[a] || a - b);
    return row.map((_, i) => (order.indexOf(i) < k ? 1 : 0));
  });
}

describe('topKMask', () => {
  // 8 columns are ranked by counting, 40 by sorting.
  for (const columns of [2, 8, 16, 40])
    for (const k of [1, 2])
      it(`marks the ${k} largest of ${columns}`, async () => {
        const next = normals(3, 'scores');
        const rows = Array.from({ length: 9 }, () =>
          Array.from({ length: columns }, () => Math.fround(next())),
        );
        await expectClose(topKMask(tf.tensor2d(rows), k), topKOnHost(rows, k), 0);
      });

  it('gives equal entries to the lower index, exactly k of them', async () => {
    const rows = [
      [0, 0, 0, 0],
      [1, 2, 2, 2],
      [5, 5, 1, 5],
    ];
    await expectClose(topKMask(tf.tensor2d(rows), 2), topKOnHost(rows, 2), 0);
  });

  it('marks everything for k equal to the columns', async () => {
    await expectClose(topKMask(tf.tensor2d([[3, 1, 2]]), 3), [[1, 1, 1]], 0);
  });

  it('refuses to choose more than there are', () => {
    expect(() => topKMask(tf.tensor2d([[1, 2]]), 3)).toThrow('k is 1 to 2');
    expect(() => topKMask(tf.tensor2d([[1, 2]]), 0)).toThrow('k is 1 to 2');
  });
});

describe('withoutGradient', () => {
  it('computes, and stops the gradient there but not elsewhere', async () => {
    const x = tf.tensor2d([[1, -2, 3]]);
    const gradient = tf.grad((input: tf.Tensor) => {
      const chosen = withoutGradient((plain) => tf.cast(tf.greater(plain, 0), 'float32'), input);
      return tf.sum(tf.mul(chosen, tf.square(input)));
    })(x);
    // d/dx of mask · x² with the mask a constant: 2x where it is 1.
    await expectClose(gradient, [[2, 0, 6]], 0);
  });

  it('may hand its input back', async () => {
    const x = tf.tensor1d([1, 2]);
    const gradient = tf.grad((input: tf.Tensor) =>
      tf.sum(
        tf.mul(
          input,
          withoutGradient((same) => same, input),
        ),
      ),
    )(x);
    await expectClose(gradient, [1, 2], 0);
    await expectClose(x, [1, 2], 0);
  });

  it('stops the gradient of each of several inputs', async () => {
    const [a, b] = [tf.tensor1d([2, 3]), tf.scalar(5)];
    const gradients = tf.grads((x: tf.Tensor, y: tf.Tensor) =>
      tf.sum(
        tf.add(
          tf.mul(x, y),
          withoutGradient((u, v) => tf.mul(u, v), x, y),
        ),
      ),
    )([a, b]);
    // Only x · y counts, not its copy: y for x, the sum of x for y.
    await expectClose(gradients[0], [5, 5], 0);
    await expectClose(gradients[1], 5, 0);
  });

  it('leaves no tensors behind', () =>
    expectNoLeaks(() => {
      tf.tidy(() => {
        const x = tf.tensor2d([[1, -2, 3, 0]]);
        tf.grad((input: tf.Tensor) => tf.sum(tf.mul(input, topKMask(input as tf.Tensor2D, 2))))(x);
      });
    }));
});
