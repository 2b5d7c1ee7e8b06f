import { beforeAll, describe, expect, it } from 'vitest';
import { CapturedTrainer } from '../../src/engine/captured';
import { EagerTrainer } from '../../src/engine/eager';
import { webgpuBackend } from '../../src/engine/internals';
import type { Trainer, Work } from '../../src/engine/trainer';
import * as tf from '../../src/model/tf';
import fixture from './fixtures/moe';

beforeAll(async () => {
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
  tf.env().set('WEBGPU_CPU_FORWARD', false);
});

function work(seed = 1): Work {
  const session = fixture.start({}, seed);
  return {
    session,
    seed,
    live: { learningRate: 0.01 },
    inputs: fixture.defaultInputs(),
    step: 0,
  };
}

async function losses(trainer: Trainer, counts: number[]): Promise<number[]> {
  const all: number[] = [];
  for (const count of counts) {
    await trainer.advance(count, Infinity).done;
    const { metrics } = await trainer.read(false);
    all.push(...metrics.loss.data);
  }
  return all;
}

describe('a captured step', () => {
  it('trains as the step through TensorFlow.js does', async () => {
    const eager = new EagerTrainer(work());
    const replayed = await CapturedTrainer.of(webgpuBackend()!, work());
    const want = await losses(eager, Array(10).fill(10));
    const got = await losses(replayed, [1, 2, 7, 20, 30, 40]);
    expect(got.length).toBe(100);
    got.forEach((loss, i) => {
      expect(Math.abs(loss - want[i])).toBeLessThanOrEqual(1e-5 * Math.abs(want[i]));
    });
    expect(want[99]).toBeLessThan(want[0]);
    expect(replayed.dispatches).toBeGreaterThan(50);
    eager.dispose();
    replayed.dispose();
  });
});
