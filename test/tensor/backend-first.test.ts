/** What is said where there is no backend, or none that can. In a process of its own: nothing is loaded yet. */
import { expect, it } from 'vitest';
import * as tf from '../../src/tensor/tf';

it('a tensor before any backend: what to do', () => {
  for (const make of [
    () => tf.scalar(1),
    () => tf.zeros([2, 2]),
    () => tf.add(1, 2),
    () => tf.memory(),
  ])
    expect(make).toThrow(
      "No backend runs yet: await tf.loadBackend.cpu(), then await tf.setBackend('cpu'), before the first tensor is made. There are cpu, wasm, webgpu.",
    );
});

it('a backend that is not loaded, or does not exist', async () => {
  await expect(tf.setBackend('wasm')).rejects.toThrow(
    'The code of the backend "wasm" is not loaded: await tf.loadBackend.wasm()',
  );
  await expect(tf.setBackend('metal')).rejects.toThrow(
    'There is no backend "metal"; there are cpu, wasm, webgpu.',
  );
});

it('a backend that is still starting', async () => {
  await tf.loadBackend.wasm();
  const starting = tf.setBackend('wasm');
  expect(() => tf.scalar(1)).toThrow('The backend "wasm" is still starting');
  await starting;
  expect(tf.scalar(1).dtype).toBe('float32');
});

it('ops with kernels of their own, on a backend without', async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
  const x = tf.ones<tf.Rank.R2>([2, 3]);
  const [params, grads] = [{ w: tf.ones([2]) }, { w: tf.ones([2]) }];
  const rates = { learningRate: tf.scalar(0.1) };
  for (const [name, run] of [
    ['SwitchyardOptimizer', () => tf.optimize({ name: 'sgd' }, params, grads, rates)],
    ['SwitchyardTopK', () => tf.topKOf(x, 1)],
    ['SwitchyardSwitchLoss', () => tf.switchLoss(x, x, 1)],
    [
      'SwitchyardRouter',
      () => tf.routeByScores({ scoring: 'softmax', gating: 'plain', topK: 1 }, { logits: x }),
    ],
  ] as const)
    expect(run, name).toThrow(`The backend "cpu" has no kernel "${name}": WebGPU and WASM`);
});
