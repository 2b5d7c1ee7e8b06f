/** Nothing piles up on the device: counted at the device itself, not in our own books. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import { openSession } from '../../src/model/experiments/session';
import { workOf } from '../../src/model/experiments/train';
import { webgpuBackend } from '../../src/tensor/internals';
import * as tf from '../../src/tensor/tf';
import tiny from './fixtures/tiny';

let bytes = 0;
const sizes = new Map<GPUBuffer, number>();
const { createBuffer } = GPUDevice.prototype;
const { destroy } = GPUBuffer.prototype;

beforeAll(async () => {
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    bytes += descriptor.size;
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    bytes -= sizes.get(this) ?? 0;
    sizes.delete(this);
    destroy.call(this);
  };
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
});

afterAll(() => {
  GPUDevice.prototype.createBuffer = createBuffer;
  GPUBuffer.prototype.destroy = destroy;
});

async function open() {
  const opened = openSession(tiny, { learningRate: 0.01 }, 1);
  const trainer = await CapturedTrainer.of(webgpuBackend()!, workOf(opened));
  const close = () => {
    trainer.dispose();
    opened.close();
  };
  return { trainer, close };
}

const count = () => ({ bytes, buffers: sizes.size, tensors: tf.memory().numTensors });

it('10,000 replayed steps leave as many buffers, bytes and tensors as 100', async () => {
  const { trainer, close } = await open();
  const train = async (steps: number) => {
    for (let i = 0; i < steps; i += 100) {
      await trainer.advance(100).done;
      trainer.setLive('learningRate', 0.01);
      await trainer.read(i % 1000 === 0);
    }
    await trainer.state();
    return count();
  };
  const before = await train(100);
  expect(await train(9900)).toEqual(before);
  expect(trainer.step).toBe(10_000);
  close();
});

it('100 captures made and released leave no more than one', async () => {
  const round = async () => {
    const { trainer, close } = await open();
    await trainer.advance(3).done;
    await trainer.read(true);
    close();
    // TensorFlow.js releases its own buffers with the next submission.
    const sum = tf.tidy(() => tf.add(tf.scalar(1), 1));
    await sum.data();
    sum.dispose();
  };
  await round();
  await round();
  const before = count();
  for (let i = 0; i < 98; i++) await round();
  expect(count()).toEqual(before);
});
