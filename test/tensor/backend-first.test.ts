/** What is said where there is no backend, or none that can. In a process of its own: nothing is loaded yet. */
import { expect, it } from 'vitest';
import { runKernel } from '../../src/tensor/ops/differentiable';
import { optimizerKernel } from '../../src/tensor/ops/optimizer/kernel';
import { routerKernel, topKKernel } from '../../src/tensor/ops/router/kernel';
import { switchLossKernel } from '../../src/tensor/ops/switch-loss/kernel';
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

it('a kernel that the backend does not have', async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
  const x = tf.ones<tf.Rank.R2>([2, 3]);
  for (const name of [optimizerKernel, topKKernel, switchLossKernel, routerKernel])
    expect(() => runKernel(name, { x }), name).toThrow(
      `The backend "cpu" has no kernel "${name}": WebGPU and WASM`,
    );
  // The ops that have one elsewhere do without, or leave it to the member that defines them.
  expect(await tf.topKMask(x, 1).array()).toEqual([
    [1, 0, 0],
    [1, 0, 0],
  ]);
  const [params, grads] = [{ w: tf.ones([2]) }, { w: tf.ones([2]) }];
  const rates = { learningRate: tf.scalar(0.1) };
  expect(tf.optimize({ name: 'sgd' }, params, grads, rates)).toBeUndefined();
  expect(tf.switchLoss(x, x, 1)).toBeUndefined();
  const form = { scoring: 'softmax', gating: 'plain', topK: 1 } as const;
  expect(tf.routeByScores(form, 3, () => ({ logits: x }))).toBeUndefined();
});
