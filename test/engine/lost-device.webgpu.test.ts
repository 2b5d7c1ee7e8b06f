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
  await host.handle({ ...open, lanes: [laneOf(1), laneOf(2)], lastStep: 1_000_000 });
  const well = listener.next('frame', ({ lane, frame }) => lane === 1 && frame.step > 20);
  await host.handle({ kind: 'play', lab: 'a' });
  await well;
  const lost = listener.state('lost');
  await host.handle({ kind: 'lose' });
  expect((await lost).words).toContain('Every model went back to the last state that was kept');
  expect(listener.all('snapshot').map(({ lane }) => lane)).toEqual([0, 1]);
});

it('a lab at rest stands as it stood, and goes on from there', async () => {
  await host.handle({ ...open, lanes: [laneOf(1), laneOf(2)], lastStep: 50 });
  const paused = listener.state('paused');
  await host.handle({ kind: 'step', lab: 'a', steps: 5 });
  await paused;
  listener.replies.length = 0;
  const still = listener.state('paused');
  await host.handle({ kind: 'lose' });
  expect((await still).words).toBe('Paused at step 5.');
  expect(listener.all('snapshot').map(({ lane, snapshot }) => [lane, snapshot.step])).toEqual([
    [0, 5],
    [1, 5],
  ]);
  const done = listener.state('done');
  await host.handle({ kind: 'play', lab: 'a' });
  expect((await done).step).toBe(100);

  listener.replies.length = 0;
  const stillDone = listener.state('done');
  await host.handle({ kind: 'lose' });
  await stillDone;
  expect(listener.all('state').map(({ state }) => state)).toEqual(['done']);
});

it('a start that the loss broke off does not train behind the reader’s back', async () => {
  const [starting, lost] = [listener.state('starting'), listener.state('lost')];
  const asked = [
    host.handle({ ...open, lanes: [laneOf(7)], lastStep: 1_000_000 }),
    host.handle({ kind: 'play', lab: 'a' }),
  ];
  await starting;
  await host.handle({ kind: 'lose' });
  expect((await lost).words).toContain('went back to step 0');
  await Promise.all(asked);
  await host.handle({ kind: 'snapshot', lab: 'a' });
  expect(listener.all('snapshot').at(-1)?.snapshot.step).toBe(0);
  expect(listener.all('frame').filter(({ frame }) => frame.steps.length)).toEqual([]);
});

it('what was made ready is made anew', async () => {
  const request = { ...open, lanes: [laneOf(9)], lastStep: 40 };
  await host.handle({ ...request, kind: 'prepare' });
  const another = nextDevice();
  await host.handle({ kind: 'lose' });
  await another;
  const done = listener.state('done');
  await host.handle(request);
  await host.handle({ kind: 'play', lab: 'a' });
  expect((await done).step).toBe(40);
});

/** Until the browser gives another device. */
const nextDevice = () =>
  new Promise<void>((resolve) => {
    const { prototype } = GPUAdapter;
    const { requestDevice } = prototype;
    prototype.requestDevice = async function (...asked) {
      prototype.requestDevice = requestDevice;
      const device = await requestDevice.apply(this, asked);
      resolve();
      return device;
    };
  });
