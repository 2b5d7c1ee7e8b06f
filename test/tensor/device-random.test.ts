import { beforeAll, expect, it } from 'vitest';
import { hash } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

const key = (seed: number, step: number) => ({ seed, counter: tf.scalar(step, 'int32') });

it('draws the hash of seed, stream, step and place', async () => {
  const bits = await tf.randomBits([3], key(7, 5), 'a').data();
  const start = hash((hash((hash(7) ^ 97) >>> 0) ^ 5) >>> 0);
  expect([...bits].map((x) => x >>> 0)).toEqual(
    [0, 1, 2].map((i) => hash((start + hash(i)) >>> 0)),
  );
});

it('repeats for equal keys and differs by seed, step and stream', async () => {
  const draw = async (seed: number, step: number, stream: string | number) =>
    [...(await tf.randomUniform([8], key(seed, step), stream).data())].join();
  const first = await draw(1, 0, 'noise');
  expect(await draw(1, 0, 'noise')).toBe(first);
  const others = await Promise.all([draw(2, 0, 'noise'), draw(1, 1, 'noise'), draw(1, 0, 0)]);
  expect(new Set([first, ...others]).size).toBe(4);
});

it('fills the interval evenly', async () => {
  const values = await tf.randomUniform([40_000], key(3, 9), 'u', -1, 3).data();
  const bins = [0, 0, 0, 0];
  for (const value of values) bins[Math.floor(value + 1)]++;
  // Five standard deviations of a count of 40,000 · 1/4.
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(433);
});

it('has the mean and the deviation asked for', async () => {
  const { mean, variance } = tf.moments(tf.randomNormal([40_000], key(3, 9), 'n', 1, 2));
  expect(Math.abs((await mean.data())[0] - 1)).toBeLessThan(0.05);
  expect(Math.abs((await variance.data())[0] - 4)).toBeLessThan(0.15);
});

it('draws whole numbers below the limit, each about equally often', async () => {
  const values = await tf.randomInt([30_000], key(1, 2), 'i', 3).data();
  const counts = [0, 0, 0];
  for (const value of values) counts[value]++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(410);
  expect(() => tf.randomInt([1], key(1, 2), 'i', 0)).toThrow('whole number above 0');
});
