/**
 * Each backend against plain numbers, where TensorFlow.js 4.22.0 would fail: kernels replaced in
 * src/tensor/ops/overrides.ts, and the random numbers of src/tensor/ops/random/op.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../src/tensor/tf';

const backends = ['cpu', 'wasm', 'webgpu'] as const;

beforeAll(async () => {
  for (const backend of backends) {
    await tf.loadBackend[backend]();
    await tf.setBackend(backend);
  }
});

const numbers = async (tensor: tf.Tensor) => [...(await tensor.data())];

it('random integers are equal bit for bit, fractions too, normals nearly', async () => {
  const bits: number[][] = [];
  const fractions: number[][] = [];
  const normals: number[][] = [];
  for (const backend of backends) {
    await tf.setBackend(backend);
    const key = { seed: 123456789, counter: tf.scalar(77, 'int32') };
    bits.push(await numbers(tf.randomBits([500], key, 'bits')));
    bits.push(await numbers(tf.randomInt([500], key, 'bits', 1000)));
    fractions.push(await numbers(tf.randomUniform([10, 50], key, 3)));
    normals.push(await numbers(tf.randomNormal([500], key, 'n')));
  }
  expect(bits[2]).toEqual(bits[0]);
  expect(bits[4]).toEqual(bits[0]);
  expect(bits[3]).toEqual(bits[1]);
  expect(bits[5]).toEqual(bits[1]);
  expect(fractions[1]).toEqual(fractions[0]);
  expect(fractions[2]).toEqual(fractions[0]);
  for (const other of [normals[1], normals[2]])
    other.forEach((value, i) => {
      expect(value).toBeCloseTo(normals[0][i], 2);
    });
});

describe.each(backends)('%s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it('sums up from behind, for every length and axis', async () => {
    // The first length used to be compiled in.
    expect(await numbers(tf.cumsum(tf.tensor1d([1, 2]), 0, false, true))).toEqual([3, 2]);
    const five = tf.tensor1d([1, 2, 3, 4, 5]);
    expect(await numbers(tf.cumsum(five, 0, false, true))).toEqual([15, 14, 12, 9, 5]);
    expect(await numbers(tf.cumsum(five, 0, true, true))).toEqual([14, 12, 9, 5, 0]);
    expect(await numbers(tf.cumsum(five, 0, true, false))).toEqual([0, 1, 3, 6, 10]);
    const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32');
    expect(await numbers(tf.cumsum(table, 0))).toEqual([1, 2, 3, 5, 7, 9]);
    expect(await numbers(tf.cumsum(table, 1))).toEqual([1, 3, 6, 4, 9, 15]);
  });

  it('converts integers to floats before a transpose', async () => {
    const cube = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], 'int32');
    const turned = tf.transpose(tf.cast(cube, 'float32'), [1, 0, 2]);
    expect(await numbers(turned)).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
    const truth = tf.cast(tf.greater(cube, 4), 'float32');
    expect(await numbers(tf.sum(truth, 1))).toEqual([0, 0, 2, 2]);
  });

  it('finds the largest of a vector as a scalar', async () => {
    const place = tf.argMax(tf.tensor1d([1, 3, 2]));
    expect(place.shape).toEqual([]);
    expect(await numbers(place)).toEqual([1]);
  });

  it('makes float one-hot rows', async () => {
    const indices = tf.tensor1d([2, 0], 'int32');
    const rows = tf.oneHot(indices, 3, 1, 0, 'float32');
    expect(rows.dtype).toBe('float32');
    expect(await numbers(tf.mul(rows, 0.5))).toEqual([0, 0, 0.5, 0.5, 0, 0]);
    expect(await numbers(tf.oneHot(indices, 3))).toEqual([0, 0, 1, 1, 0, 0]);
    expect(await numbers(tf.oneHot(indices, 3, 5, -1, 'float32'))).toEqual([-1, -1, 5, 5, -1, -1]);
  });

  it('has a gradient of gather, the same each time', async () => {
    const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const rows = tf.tensor1d([2, 0, 2, 2], 'int32');
    const gradient = tf.grad((x) => tf.sum(tf.square(tf.gather(x, rows))) as tf.Scalar)(table);
    expect(await numbers(gradient)).toEqual([2, 4, 0, 0, 30, 36]);
  });

  it('multiplies batches with one matrix and back', async () => {
    const batches = tf.ones([2, 1, 2]);
    const matrix = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const gradient = tf.grad((x) => tf.sum(tf.matMul(batches, x)) as tf.Scalar)(matrix);
    expect(await numbers(gradient)).toEqual([2, 2, 2, 2]);
  });
});
