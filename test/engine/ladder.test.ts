import { expect, it } from 'vitest';
import { attempt, climb, expectedLoss } from '../../src/engine/rungs/ladder';
import * as tf from '../../src/tensor/tf';

it('trains the reference to the loss that NumPy gives', async () => {
  const report = await attempt('cpu');
  expect(report).toMatchObject({ rung: 'cpu', usable: true });
  expect(report.stepMs).toBeGreaterThan(0);
  expect(report.reason).toMatch(/^JavaScript: [\d.]+ ms per small training step\.$/);
});

it('refuses a backend that computes wrongly, with both numbers', async () => {
  const right = tf.getKernel('Relu', 'cpu');
  tf.unregisterKernel('Relu', 'cpu');
  tf.registerKernel({ ...right, kernelFunc: tf.getKernel('Abs', 'cpu').kernelFunc });
  const report = await attempt('cpu');
  tf.unregisterKernel('Relu', 'cpu');
  tf.registerKernel(right);
  expect(report.usable).toBe(false);
  expect(report.reason).toContain(`where ${expectedLoss} is right`);
});

it('refuses a backend that throws, in its words', async () => {
  const right = tf.getKernel('Softmax', 'cpu');
  tf.unregisterKernel('Softmax', 'cpu');
  const report = await attempt('cpu');
  tf.registerKernel(right);
  expect(report).toMatchObject({ usable: false });
  expect(report.reason).toMatch(/^JavaScript failed: .*Softmax.*\.$/);
});

it('falls back to what can be used, and says why not the others', async () => {
  const ladder = await climb('webgpu');
  expect(ladder.byHand).toBe(false);
  expect(['wasm', 'cpu']).toContain(ladder.chosen);
  expect(tf.getBackend()).toBe(ladder.chosen);
  expect(ladder.reports.map(({ rung }) => rung)).toEqual(['webgpu', 'wasm', 'cpu', 'recorded']);
  expect(ladder.reports[0]).toMatchObject({
    usable: false,
    reason: 'This browser offers no WebGPU here.',
  });
});

it('honours a rung chosen by hand, and the recorded run', async () => {
  expect(await climb('cpu')).toMatchObject({ chosen: 'cpu', byHand: true });
  expect(await climb('recorded')).toMatchObject({ chosen: 'recorded', byHand: true });
});
