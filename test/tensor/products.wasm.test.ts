/** Products of matrices on WASM against sums written out, whichever way the factors lie. */
import { describe, expect, it } from 'vitest';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWasm } from '../engine/fixtures/wasm';
import { expectClose, expectNoLeaks } from '../model/backend';

useWasm();

const sizes = [
  [1, 1, 1],
  [4, 8, 4],
  [5, 9, 3],
  [3, 7, 300],
  [8, 1, 40],
  [1, 12, 17],
  [18, 31, 513],
];

const turns = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
];

describe.each(sizes)('[%i, inner] · [inner, %i], inner %i', (rows, columns, inner) => {
  it.each(turns)('first transposed: %s, second: %s', async (turnA, turnB) => {
    const a = normal(turnA ? [inner, rows] : [rows, inner], 1, 1, 'a') as tf.Tensor2D;
    const b = normal(turnB ? [columns, inner] : [inner, columns], 1, 1, 'b') as tf.Tensor2D;
    const c = tf.matMul(a, b, turnA, turnB);
    expect(c.shape).toEqual([rows, columns]);
    const [x, y] = [await a.data(), await b.data()];
    const want: number[] = [];
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++)
          sum +=
            x[turnA ? k * rows + i : i * inner + k] * y[turnB ? j * inner + k : k * columns + j];
        want.push(sum);
      }
    await expectClose(c, want, 3e-5);
    tf.dispose([a, b, c]);
  });
});

it.each([
  [
    [2, 3, 4, 5],
    [2, 3, 5, 6],
  ],
  [
    [2, 3, 4, 5],
    [5, 6],
  ],
  [
    [4, 5],
    [3, 5, 6],
  ],
  [
    [2, 1, 4, 5],
    [1, 3, 5, 6],
  ],
  [
    [3, 4, 5],
    [1, 5, 6],
  ],
])('a stack [%s] · [%s] is one of products', async (aShape, bShape) => {
  const a = normal(aShape, 1, 1, 'a');
  const b = normal(bShape, 1, 1, 'b');
  const c = tf.matMul(a, b);
  // Products that are written as sums of all pairs, without a matMul.
  const want = tf.sum(tf.mul(tf.expandDims(a, -1), tf.expandDims(b, -3)), -2);
  expect(c.shape).toEqual(want.shape);
  await expectClose(c, await want.data());
  tf.dispose([a, b, c, want]);
});

it('give gradients of the shapes of their factors, and leave nothing behind', async () => {
  const a = normal([2, 4, 5], 1, 1, 'a');
  const b = normal([5, 6], 1, 1, 'b');
  await expectNoLeaks(() => {
    const gradients = tf.grads((a, b) => tf.sum(tf.square(tf.matMul(a, b))))([a, b]);
    expect(gradients.map(({ shape }) => shape)).toEqual([a.shape, b.shape]);
    tf.dispose(gradients);
  });
  tf.dispose([a, b]);
});

it('say what does not fit together', () => {
  const [a, b] = [normal([2, 3], 1, 1, 'a'), normal([4, 5], 1, 1, 'b')];
  expect(() => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)).toThrow(
    'over 3 and 4 entries; both must be equal',
  );
  tf.dispose([a, b]);
});
