/** Nothing piles up: 10,000 steps and 100 rounds of opening and closing, on the CPU backend. */
import { beforeAll, expect, it } from 'vitest';
import { EagerTrainer } from '../../src/engine/rungs/eager';
import { Host } from '../../src/engine/worker/host';
import { openSession } from '../../src/model/experiments/session';
import { workOf } from '../../src/model/experiments/train';
import type { Experiment } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { fairClock } from './fixtures/clock';
import { Listener } from './fixtures/listener';
import tiny from './fixtures/tiny';

const settings = { learningRate: 0.01 };

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

it('10,000 steps leave as many tensors and bytes as 100', async () => {
  const opened = openSession(tiny, settings, 1);
  const trainer = new EagerTrainer(workOf(opened));
  const train = async (steps: number) => {
    for (let i = 0; i < steps; i += 50) {
      trainer.advance(50, Number.POSITIVE_INFINITY);
      trainer.setLive('learningRate', 0.01);
      await trainer.read(i % 500 === 0);
    }
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    return { numTensors, numDataBuffers, numBytes };
  };
  const before = await train(100);
  expect(await train(9900)).toEqual(before);
  expect(trainer.step).toBe(10_000);
  trainer.dispose();
  opened.close();
});

it('100 labs opened, trained, changed, restored and closed leave nothing', async () => {
  const listener = new Listener();
  const host = new Host({
    post: listener.hear,
    clock: fairClock(),
    experiment: async () => tiny as Experiment,
  });
  await host.handle({ kind: 'ladder', rung: 'cpu' });
  const before = tf.memory().numTensors;
  for (let round = 0; round < 100; round++) {
    const lab = `lab ${round}`;
    const open = {
      kind: 'open',
      lab,
      experiment: 'tiny',
      lanes: [{ settings, seed: 1 }],
      order: 'together',
      lastStep: 20,
    } as const;
    await host.handle(open);
    if (round % 10 === 0) {
      const paused = listener.state('paused', lab);
      await host.handle({ kind: 'step', lab, steps: 3 });
      await paused;
      const kept = listener.next('snapshot');
      await host.handle({ kind: 'snapshot', lab });
      await host.handle({ kind: 'set', lab, name: 'activation', value: 'relu' });
      await host.handle({ kind: 'restore', lab, snapshot: (await kept).snapshot });
      await host.handle({ kind: 'restart', lab, lanes: [{ settings, seed: 2 }] });
      await host.handle({ kind: 'restart', lab, lanes: [{ settings, seed: 2 }] });
      await host.handle(open);
    }
    await host.handle({ kind: 'close', lab });
    listener.replies.length = 0;
  }
  expect(tf.memory().numTensors).toBe(before);
});
