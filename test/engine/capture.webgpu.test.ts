import { beforeAll, describe, expect, it, vi } from 'vitest';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import { EagerTrainer } from '../../src/engine/rungs/eager';
import type { Trainer } from '../../src/engine/trainer';
import { openSession } from '../../src/model/experiments/session';
import { type Work, workOf } from '../../src/model/experiments/train';
import { webgpuBackend } from '../../src/tensor/internals';
import * as tf from '../../src/tensor/tf';
import fixture from './fixtures/moe';
import tiny from './fixtures/tiny';

beforeAll(async () => {
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
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

  it('has its pipelines compiled ahead, and shares them with the next of the same step', async () => {
    const { device } = webgpuBackend()!;
    const session = openSession(tiny, { learningRate: 0.01 }, 1);
    const { step } = session.session;
    // A row as wide as no other test's: its program is not there yet.
    session.session.step = (input) => {
      const { state, metrics } = step(input);
      return { state, metrics: { ...metrics, wide: tf.mul(tf.ones([17]), metrics.loss) } };
    };
    const needed = vi.spyOn(device, 'createComputePipeline');
    const ahead = vi.spyOn(device, 'createComputePipelineAsync');
    const first = await CapturedTrainer.of(webgpuBackend()!, workOf(session));
    expect(ahead).toHaveBeenCalled();
    ahead.mockClear();
    const second = await CapturedTrainer.of(webgpuBackend()!, workOf(session));
    expect(ahead).not.toHaveBeenCalled();
    expect(needed).not.toHaveBeenCalled();
    for (const spy of [needed, ahead]) spy.mockRestore();
    for (const one of [first, second]) one.dispose();
    session.close();
  });

  it('takes live settings and inputs, and shows what the eager step shows', async () => {
    const trainers = [new EagerTrainer(work()), await CapturedTrainer.of(webgpuBackend()!, work())];
    const seen = [];
    for (const trainer of trainers) {
      await trainer.advance(2, Infinity).done;
      trainer.setLive('learningRate', 0.05);
      const data = Float32Array.from([1, 0, -1, 0]);
      trainer.setInputs({ offset: { shape: [4], data } });
      await trainer.advance(3, Infinity).done;
      const reading = await trainer.read(true);
      expect(reading).toMatchObject({ step: 5, steps: [1, 2, 3, 4, 5] });
      expect(reading.metrics.load.width).toBe(4);
      const { step, state } = await trainer.state();
      expect(step).toBe(5);
      seen.push({ ...reading, state });
      trainer.dispose();
    }
    const [want, got] = seen;
    expect(got.metrics).toEqual(want.metrics);
    expect(got.probes).toEqual(want.probes);
    expect(got.state).toEqual(want.state);
    expect(want.metrics.loss.data[4]).not.toBeCloseTo(want.metrics.loss.data[1], 3);
  });

  it('goes back to a state, from an even and from an odd number of steps', async () => {
    const trainer = await CapturedTrainer.of(webgpuBackend()!, work());
    const first = await losses(trainer, [3]);
    const kept = await trainer.state();
    const on = await losses(trainer, [2]);
    trainer.restore(kept.step, kept.state);
    expect(await losses(trainer, [2])).toEqual(on);
    trainer.restore(kept.step, kept.state);
    await trainer.advance(1).done;
    trainer.restore(0, (await start()).state);
    expect(await losses(trainer, [3])).toEqual(first);
    trainer.dispose();
  });

  it('skips rows evenly when training outran the page', async () => {
    const opened = openSession(tiny, { learningRate: 0.01 }, 1);
    const given = workOf(opened, 7);
    const trainer = await CapturedTrainer.of(webgpuBackend()!, given);
    await trainer.advance(1000).done;
    const { steps, metrics } = await trainer.read(false);
    // What is kept on the device, 512 rows, at one row in sixteen, and the last.
    expect(steps.slice(0, -1)).toEqual(Array.from({ length: 32 }, (_, i) => 496 + 16 * i));
    expect(steps.at(-1)).toBe(1007);
    const all = [...metrics.loss.data];
    expect(all.every((loss, i) => i === 0 || loss <= all[i - 1])).toBe(true);
    trainer.dispose();
    opened.close();
  });
});

async function start() {
  const trainer = new EagerTrainer(work());
  const state = await trainer.state();
  trainer.dispose();
  return state;
}
