import { beforeAll, describe, expect, it } from 'vitest';
import { normal, uniform } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

describe('seeded random numbers', () => {
  it('repeat for equal seeds and differ for others, seed 0 included', async () => {
    const draw = async (seed: number) => [...(await normal([4], 1, seed, 'w').data())];
    expect(await draw(0)).toEqual(await draw(0));
    expect(await draw(0)).not.toEqual(await draw(1));
  });

  it('have the mean and deviation asked for', async () => {
    const { mean, variance } = tf.moments(normal([20000], 2, 7, 'w'));
    // Five standard errors: 2/√20000 for the mean, 4·√(2/20000) for the variance.
    expect(Math.abs((await mean.data())[0])).toBeLessThan(0.071);
    expect(Math.abs((await variance.data())[0] - 4)).toBeLessThan(0.2);
  });

  it('stay inside the interval', async () => {
    const values = await uniform([1000], -1, 3, 5, 'u').data();
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(3);
  });
});
