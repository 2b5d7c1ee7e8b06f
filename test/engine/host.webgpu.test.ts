/** What only a device can do wrong, with the host in the page so that the device can be reached. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Host } from '../../src/engine/host';
import { webgpuBackend } from '../../src/engine/internals';
import { workerClock } from '../../src/engine/scheduler';
import type { Experiment } from '../../src/model/types';
import { Listener } from './fixtures/listener';
import tiny from './fixtures/tiny';

let listener: Listener;
let host: Host;
const settings = { learningRate: 0.001 };

beforeEach(async () => {
  listener = new Listener();
  host = new Host({
    post: listener.hear,
    clock: workerClock(),
    experiment: async () => tiny as Experiment,
  });
  await host.handle({ kind: 'ladder', rung: 'webgpu' });
  const open = { kind: 'open', lab: 'a', experiment: 'tiny', settings, seed: 5 } as const;
  await host.handle({ ...open, lastStep: 1_000_000 });
});

afterEach(() => host.handle({ kind: 'close', lab: 'a' }));

it('a command that the device refuses is an error in words, not a silent zero', async () => {
  const error = listener.state('error');
  await host.handle({ kind: 'play', lab: 'a' });
  webgpuBackend()!.device.createBuffer({ size: 4, usage: 0 });
  expect((await error).words).toContain('The graphics device refused a command');
});

it('a device lost while training costs no run', async () => {
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
});

it('pauses within a few frames although the device is fast', async () => {
  const well = listener.next('frame', ({ frame }) => frame.step > 20);
  await host.handle({ kind: 'play', lab: 'a' });
  await well;
  const started = performance.now();
  const paused = listener.state('paused');
  await host.handle({ kind: 'pause', lab: 'a' });
  await paused;
  expect(performance.now() - started).toBeLessThan(500);
});

it('takes a live setting without a new capture', async () => {
  await host.handle({ kind: 'set', lab: 'a', name: 'learningRate', value: 0 });
  const paused = listener.state('paused');
  await host.handle({ kind: 'step', lab: 'a', steps: 3 });
  await paused;
  const losses = [...listener.losses('a').values()];
  expect(losses.length).toBe(3);
  expect(new Set(losses).size).toBe(1);
});
