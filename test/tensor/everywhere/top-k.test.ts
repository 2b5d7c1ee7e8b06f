import { describe, expect, it } from 'vitest';
import { normals } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';
import { expectClose, expectNoLeaks, useBackend } from '../../model/backend';

useBackend();

/** The same by sorting on the host; what is no number counts as minus infinity. */
function topKOnHost(rows: number[][], k: number): number[][] {
  const ahead = (a: number, b: number) => (a === b ? 0 : b > a ? 1 : -1);
  return rows.map((given) => {
    const row = given.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
    const order = row.map((_, i) => i).sort((a, b) => ahead(row[a], row[b]) || a - b);
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
        await expectClose(tf.topKMask(tf.tensor2d(rows), k), topKOnHost(rows, k), 0);
      });

  it('gives equal entries to the lower index, exactly k of them', async () => {
    const rows = [
      [0, 0, 0, 0],
      [1, 2, 2, 2],
      [5, 5, 1, 5],
    ];
    await expectClose(tf.topKMask(tf.tensor2d(rows), 2), topKOnHost(rows, 2), 0);
  });

  // Of 600 columns, and for 20 of 40, each entry counts on WebGPU how many are ahead of it.
  it.each([
    [3, 1],
    [3, 2],
    [8, 1],
    [8, 3],
    [16, 5],
    [17, 5],
    [40, 3],
    [40, 20],
    [600, 2],
  ])('of %i with infinities and NaN marks the %i largest', async (columns, k) => {
    const next = normals(7, 'edges');
    const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
    // Row by row: one odd entry, two alike, all kinds, nothing but odd ones.
    const rows = [[0], [1], [2], [0, 0], [1, 1], [2, 2], [0, 1, 2], [2, 0, 1]].map((kinds) => {
      const row = Array.from({ length: columns }, () => Math.fround(next()));
      kinds.forEach((kind, i) => {
        row[(1 + i * Math.ceil(columns / 3)) % columns] = odd[kind];
      });
      return row;
    });
    for (const kind of [0, 1, 2])
      rows.push(Array.from({ length: columns }, (_, i) => odd[(i + kind) % 3]));
    rows.push(Array(columns).fill(Number.NaN), Array(columns).fill(Number.POSITIVE_INFINITY));
    await expectClose(tf.topKMask(tf.tensor2d(rows), k), topKOnHost(rows, k), 0);
  });

  it('marks everything for k equal to the columns', async () => {
    await expectClose(tf.topKMask(tf.tensor2d([[3, 1, 2]]), 3), [[1, 1, 1]], 0);
  });

  it('refuses to choose more than there are', () => {
    expect(() => tf.topKMask(tf.tensor2d([[1, 2]]), 3)).toThrow('k is 1 to 2');
    expect(() => tf.topKMask(tf.tensor2d([[1, 2]]), 0)).toThrow('k is 1 to 2');
  });
});

describe('withoutGradient', () => {
  it('computes, and stops the gradient there but not elsewhere', async () => {
    const x = tf.tensor2d([[1, -2, 3]]);
    const gradient = tf.grad((input: tf.Tensor) => {
      const chosen = tf.withoutGradient((plain) => tf.cast(tf.greater(plain, 0), 'float32'), input);
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
          tf.withoutGradient((same) => same, input),
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
          tf.withoutGradient((u, v) => tf.mul(u, v), x, y),
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
        tf.grad((input: tf.Tensor) => tf.sum(tf.mul(input, tf.topKMask(input as tf.Tensor2D, 2))))(
          x,
        );
      });
    }));
});
