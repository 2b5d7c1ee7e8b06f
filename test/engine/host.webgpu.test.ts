/** What only a device can do wrong, with the host in the page so that the device can be reached. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Capture } from '../../src/engine/capture/capture';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import type { Host } from '../../src/engine/worker/host';
import { webgpuBackend } from '../../src/tensor/internals';
import { hostOf } from './fixtures/engine';
import type { Listener } from './fixtures/listener';
import moe from './fixtures/moe';
import oracle from './fixtures/oracle';
import tiny from './fixtures/tiny';

let listener: Listener;
let host: Host;
const settings = { learningRate: 0.001 };

beforeEach(async () => {
  ({ host, listener } = hostOf(moe, oracle, tiny));
  await host.handle({ kind: 'ladder', rung: 'webgpu' });
  const open = {
    kind: 'open',
    lab: 'a',
    experiment: 'tiny',
    lanes: [{ settings, seed: 5 }],
    order: 'together',
  } as const;
  await host.handle({ ...open, lastStep: 1_000_000 });
});

afterEach(() => host.handle({ kind: 'close', lab: 'a' }));

it('comes back to former settings without a new capture, and with its run', async () => {
  const captures = vi.spyOn(Capture, 'of');
  const opened = {
    kind: 'open',
    lab: 'b',
    experiment: 'fixture',
    order: 'together',
    lastStep: 1000,
  } as const;
  const laneOf = (topK: number) => [{ settings: { learningRate: 0.01, topK }, seed: 5 }];
  const set = (value: number) => host.handle({ kind: 'set', lab: 'b', name: 'topK', value });
  const step = async () => {
    const paused = listener.state('paused');
    await host.handle({ kind: 'step', lab: 'b', steps: 2 });
    await paused;
    return listener.losses('b');
  };
  await host.handle({ ...opened, lanes: laneOf(2) });
  await step();
  await set(1);
  await step();
  expect(captures).toHaveBeenCalledTimes(2);
  await set(2);
  await step();
  await set(1);
  const losses = [...(await step()).entries()];
  expect(captures).toHaveBeenCalledTimes(2);
  expect(losses.map(([at]) => at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);

  // The same without a shelf to come back to: a new lab for every part, each from the last's state.
  captures.mockRestore();
  const state = async (lab: string) => {
    const snapshot = listener.next('snapshot');
    await host.handle({ kind: 'snapshot', lab });
    return (await snapshot).snapshot;
  };
  await host.handle({ ...opened, lab: 'c0', lanes: laneOf(2) });
  const expected: number[] = [];
  for (const [i, topK] of [2, 1, 2, 1].entries()) {
    if (i > 0) {
      const snapshot = await state(`c${i - 1}`);
      await host.handle({ kind: 'close', lab: `c${i - 1}` });
      await host.handle({ ...opened, lab: `c${i}`, lanes: laneOf(topK) });
      const settings = { ...snapshot.settings, topK };
      await host.handle({ kind: 'restore', lab: `c${i}`, snapshot: { ...snapshot, settings } });
    }
    const paused = listener.next(
      'state',
      ({ lab, state }) => lab === `c${i}` && state === 'paused',
    );
    await host.handle({ kind: 'step', lab: `c${i}`, steps: 2 });
    await paused;
    expected.push(...listener.losses(`c${i}`).values());
  }
  expect(losses.map(([, loss]) => loss)).toEqual(expected);
  await host.handle({ kind: 'close', lab: 'b' });
  await host.handle({ kind: 'close', lab: 'c3' });
});

it('a command that the device refuses is an error in words, not a silent zero', async () => {
  const error = listener.state('error');
  await host.handle({ kind: 'play', lab: 'a' });
  webgpuBackend()!.device.createBuffer({ size: 4, usage: 0 });
  expect((await error).words).toContain('The graphics device refused a command');
});

it('has two slices in flight at most, and after a pause hands over no more', async () => {
  let handed = 0;
  let finished = 0;
  let most = 0;
  const advance = CapturedTrainer.prototype.advance;
  const slices = vi.spyOn(CapturedTrainer.prototype, 'advance').mockImplementation(function (
    this: CapturedTrainer,
    ...how
  ) {
    const slice = advance.apply(this, how);
    most = Math.max(most, ++handed - finished);
    void slice.done.then(() => finished++);
    return slice;
  });
  const well = listener.next('frame', ({ frame }) => frame.step > 20);
  await host.handle({ kind: 'play', lab: 'a' });
  await well;
  const asked = handed;
  const paused = listener.state('paused');
  await host.handle({ kind: 'pause', lab: 'a' });
  await paused;
  expect(most).toBe(2);
  // One may be on its way while the pause is.
  expect(handed).toBeLessThanOrEqual(asked + 1);
  expect(finished).toBe(handed);
  slices.mockRestore();
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

it('replays the lanes of a race, and captures a sweep over a live setting once', async () => {
  const captures = vi.spyOn(Capture, 'of');
  const lanes = [0.001, 0.01, 0.1].map((learningRate) => ({ settings: { learningRate }, seed: 5 }));
  const losses: number[][][] = [];
  for (const order of ['together', 'in turn'] as const) {
    listener.replies.length = 0;
    captures.mockClear();
    await host.handle({
      kind: 'open',
      lab: 'b',
      experiment: 'fixture',
      lanes,
      order,
      lastStep: 12,
    });
    const done = listener.state('done', 'b');
    await host.handle({ kind: 'play', lab: 'b' });
    await done;
    expect(captures).toHaveBeenCalledTimes(order === 'together' ? 3 : 1);
    losses.push(lanes.map((_, lane) => [...listener.losses('b', lane).values()]));
    for (const lane of lanes.keys()) {
      const last = listener.all('frame').findLast((reply) => reply.lane === lane)!.frame;
      expect(last.step).toBe(12);
      expect(last.speed.captured).toBe(true);
    }
    await host.handle({ kind: 'close', lab: 'b' });
  }
  expect(losses[1]).toEqual(losses[0]);
  expect(losses[0].map((lane) => lane.length)).toEqual([12, 12, 12]);
  captures.mockRestore();
});

it('answers questions beside steps, frames and captures, and disturbs none of them', async () => {
  const lanes = [{ settings: { learningRate: 1, hidden: 7 }, seed: 5 }];
  const order = 'together' as const;
  await host.handle({ kind: 'open', lab: 'b', experiment: 'oracle', lanes, order, lastStep: 300 });
  const done = listener.state('done', 'b');
  await host.handle({ kind: 'play', lab: 'b' });
  const moeLane = [{ settings: { learningRate: 0.01, topK: 3, hidden: 7 }, seed: 5 }];
  const opening = host.handle({
    ...{ kind: 'open', lab: 'c', experiment: 'fixture', lanes: moeLane, order, lastStep: 4 },
  });
  const asking = [];
  for (let id = 0; id < 6; id++) {
    const act = id % 2 ? 'where' : 'fail';
    asking.push(host.handle({ kind: 'ask', lab: 'b', id, act, asked: {} }));
    await new Promise((resolve) => setTimeout(resolve));
  }
  await Promise.all([opening, done, ...asking]);
  const answers = listener.all('answer').map(({ value }) => value as Record<string, number>);
  expect(answers.length).toBeGreaterThan(0);
  for (const { scaled, step } of answers)
    expect(Math.abs(scaled / 100 - (5 + step * 1.0005))).toBeLessThan(0.02 + step * 1e-3);
  const last = listener.all('frame').findLast(({ lab }) => lab === 'b')!.frame;
  expect(last.speed.captured).toBe(true);
  const made = listener.all('frame').findLast(({ lab }) => lab === 'c')!.frame;
  expect(made.speed.captured).toBe(true);
  for (const lab of ['b', 'c']) await host.handle({ kind: 'close', lab });
});
