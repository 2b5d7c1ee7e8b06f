/** A lost device concerns every host of its page: this page has one. */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { hostOf } from './fixtures/engine';
import tiny from './fixtures/tiny';

const { host, listener } = hostOf(tiny);
const laneOf = (seed: number) => ({ settings: { learningRate: 0.001 }, seed });
const open = { kind: 'open', lab: 'a', experiment: 'tiny', order: 'together' } as const;

beforeAll(() => host.handle({ kind: 'ladder', rung: 'webgpu' }));
beforeEach(() => {
  listener.replies.length = 0;
});
afterEach(() => host.handle({ kind: 'close', lab: 'a' }));

it('a device lost while training costs no run', async () => {
  await host.handle({ ...open, lanes: [laneOf(5)], lastStep: 1_000_000 });
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

it('nor does it cost a lane of a race', async () => {
  await host.handle({ ...open, lanes: [laneOf(1), laneOf(2)], lastStep: 50 });
  const paused = listener.state('paused');
  await host.handle({ kind: 'step', lab: 'a', steps: 5 });
  await paused;
  const lost = listener.state('lost');
  await host.handle({ kind: 'lose' });
  expect((await lost).words).toContain('Every model went back to the last state that was kept');
  expect(listener.all('snapshot').map(({ lane, snapshot }) => [lane, snapshot.step])).toEqual([
    [0, 5],
    [1, 5],
  ]);
  const done = listener.state('done');
  await host.handle({ kind: 'play', lab: 'a' });
  expect((await done).step).toBe(100);
});
