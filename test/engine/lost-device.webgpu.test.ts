/** A lost device concerns every host of its page: this page has one. */
import { expect, it } from 'vitest';
import { Host } from '../../src/engine/worker/host';
import { workerClock } from '../../src/engine/worker/scheduler';
import type { Experiment } from '../../src/model/experiments/types';
import { Listener } from './fixtures/listener';
import tiny from './fixtures/tiny';

it('a device lost while training costs no run', async () => {
  const listener = new Listener();
  const host = new Host({
    post: listener.hear,
    clock: workerClock(),
    experiment: async () => tiny as Experiment,
  });
  await host.handle({ kind: 'ladder', rung: 'webgpu' });
  const settings = { learningRate: 0.001 };
  const open = {
    kind: 'open',
    lab: 'a',
    experiment: 'tiny',
    lanes: [{ settings, seed: 5 }],
    order: 'together',
  } as const;
  await host.handle({ ...open, lastStep: 1_000_000 });
  const well = listener.next('frame', ({ frame }) => frame.step > 20);
  await host.handle({ kind: 'play', lab: 'a' });
  await well;
  const lost = listener.state('lost');
  await host.handle({ kind: 'lose' });
  expect((await lost).words).toMatch(/lost.*new device.*went back to step \d+; press play/);
  const on = listener.next('frame', ({ frame }) => frame.steps.length > 0);
  await host.handle({ kind: 'play', lab: 'a' });
  const { frame } = await on;
  expect(frame.metrics.loss.data.every(Number.isFinite)).toBe(true);
  expect(frame.speed.captured).toBe(true);
  await host.handle({ kind: 'close', lab: 'a' });
});
