import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Host } from '../../src/engine/worker/host';
import type { Experiment } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { fairClock } from './fixtures/clock';
import { Listener } from './fixtures/listener';
import fixture from './fixtures/moe';

let listener: Listener;
let host: Host;
const settings = { learningRate: 0.01 };
const open = {
  kind: 'open',
  lab: 'a',
  experiment: 'fixture',
  lanes: [{ settings, seed: 1 }],
  order: 'together',
} as const;

beforeEach(async () => {
  listener = new Listener();
  host = new Host({
    post: listener.hear,
    clock: fairClock(),
    async experiment(name) {
      if (name !== 'fixture') throw new Error(`No experiment is called ${name}.`);
      return fixture as Experiment;
    },
  });
  await host.handle({ kind: 'ladder', rung: 'cpu' });
});

afterEach(async () => {
  await host.handle({ kind: 'close', lab: 'a' });
  await host.handle({ kind: 'close', lab: 'b' });
});

describe('a lab made ready beforehand', () => {
  const starts = vi.spyOn(fixture, 'start');
  const prepare = { ...open, kind: 'prepare', lastStep: 30 } as const;
  beforeEach(() => {
    starts.mockClear();
  });

  it('says nothing until it is opened, and is not made twice', async () => {
    await host.handle(prepare);
    expect(starts).toHaveBeenCalledOnce();
    expect(listener.replies.filter(({ kind }) => kind !== 'ladder')).toEqual([]);
    await host.handle({ ...open, lastStep: 30 });
    expect(starts).toHaveBeenCalledOnce();
    expect(listener.all('frame')[0].frame).toMatchObject({ step: 0, steps: [] });
    const done = listener.state('done');
    await host.handle({ kind: 'play', lab: 'a' });
    expect(await done).toMatchObject({ step: 30 });
    const states = listener.all('state').map(({ state }) => state);
    expect(states).toEqual(['starting', 'paused', 'running', 'done']);
  });

  it('is opened by a request that comes before it is ready', async () => {
    void host.handle(prepare);
    await host.handle({ ...open, lastStep: 30 });
    expect(starts).toHaveBeenCalledOnce();
    expect(listener.all('frame')).toHaveLength(1);
  });

  it('makes way for a request that asks for something else', async () => {
    await host.handle(prepare);
    await host.handle({ ...open, lanes: [{ settings, seed: 2 }], lastStep: 30 });
    expect(starts.mock.calls.map(([, seed]) => seed)).toEqual([1, 2]);
    expect(listener.all('frame')).toHaveLength(1);
  });

  it('makes way for another one', async () => {
    const before = tf.memory().numTensors;
    await host.handle(prepare);
    const one = tf.memory().numTensors - before;
    await host.handle({ ...prepare, lab: 'b' });
    expect(tf.memory().numTensors - before).toBe(one);
    await host.handle({ ...open, lab: 'b', lastStep: 30 });
    expect(starts).toHaveBeenCalledTimes(2);
  });

  it('starts up beside a reader who does not wait for it', async () => {
    const ladders = [listener.next('ladder'), listener.next('ladder')];
    const all = [
      host.handle({ kind: 'ladder', rung: 'wasm' }),
      host.handle(prepare),
      host.handle({ kind: 'ladder', rung: 'wasm' }),
      host.handle({ ...open, lastStep: 30 }),
    ];
    await Promise.all(all);
    for (const { ladder } of await Promise.all(ladders)) {
      expect(ladder.chosen).toBe('wasm');
      expect(ladder.reports[1]).toMatchObject({ rung: 'wasm', usable: true });
    }
    expect(listener.all('state').at(-1)).toMatchObject({ state: 'paused', words: 'Ready.' });
    await host.handle({ kind: 'ladder', rung: 'cpu' });
  });

  it('fails in words when it is opened, not before', async () => {
    await host.handle({ ...prepare, experiment: 'alchemy' });
    expect(listener.all('state')).toEqual([]);
    await host.handle({ ...open, experiment: 'alchemy', lastStep: 30 });
    expect(listener.all('state').at(-1)).toMatchObject({
      state: 'error',
      words: 'No experiment is called alchemy.',
    });
  });
});

describe('an open lab', () => {
  it('shows its start, trains to its last step and says so', async () => {
    const done = listener.state('done');
    await host.handle({ ...open, lastStep: 30 });
    const [first] = listener.all('frame');
    expect(first.frame).toMatchObject({ step: 0, steps: [] });
    expect(first.frame.probes.choice.shape).toEqual([256, 4]);
    await host.handle({ kind: 'play', lab: 'a' });
    expect(await done).toMatchObject({ step: 30, words: 'Done: 30 steps.' });
    const losses = listener.losses('a');
    expect([...losses.keys()]).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(losses.get(30)!).toBeLessThan(losses.get(1)!);
    const states = listener.all('state').map(({ state }) => state);
    expect(states).toEqual(['starting', 'paused', 'running', 'done']);
  });

  it('takes just the steps asked for, then rests', async () => {
    await host.handle({ ...open, lastStep: 30 });
    const paused = listener.state('paused');
    await host.handle({ kind: 'step', lab: 'a', steps: 3 });
    expect(await paused).toMatchObject({ step: 3, words: 'Paused at step 3.' });
    expect([...listener.losses('a').keys()]).toEqual([1, 2, 3]);
  });

  it('pauses, and goes on from there', async () => {
    await host.handle({ ...open, lastStep: 100_000 });
    const running = listener.next('frame', ({ frame }) => frame.step > 5);
    await host.handle({ kind: 'play', lab: 'a' });
    await running;
    const paused = listener.state('paused');
    await host.handle({ kind: 'pause', lab: 'a' });
    const { step } = await paused;
    // Had it trained on in secret, one step would lead further than to the next.
    const next = listener.state('paused');
    await host.handle({ kind: 'step', lab: 'a', steps: 1 });
    expect(await next).toMatchObject({ step: step + 1 });
    expect(listener.all('frame').at(-1)!.frame.step).toBe(step + 1);
  });

  it('starts again from the same seed with the same losses', async () => {
    const first = listener.state('done');
    await host.handle({ ...open, lastStep: 10 });
    await host.handle({ kind: 'play', lab: 'a' });
    await first;
    const before = [...listener.losses('a').values()];
    listener.replies.length = 0;
    const second = listener.state('done');
    await host.handle({ kind: 'restart', lab: 'a', lanes: [{ settings, seed: 1 }] });
    await host.handle({ kind: 'play', lab: 'a' });
    await second;
    expect([...listener.losses('a').values()]).toEqual(before);
  });
});

describe('changes on the way', () => {
  it('uses a live setting from the next step on', async () => {
    await host.handle({ ...open, lastStep: 10 });
    await host.handle({ kind: 'set', lab: 'a', name: 'learningRate', value: 0 });
    const done = listener.state('done');
    const before = listener.next('snapshot');
    await host.handle({ kind: 'snapshot', lab: 'a' });
    await host.handle({ kind: 'play', lab: 'a' });
    await done;
    const after = listener.next('snapshot');
    await host.handle({ kind: 'snapshot', lab: 'a' });
    expect((await after).snapshot.state.up.data).toEqual((await before).snapshot.state.up.data);
    expect((await after).snapshot.settings.learningRate).toBe(0);
  });

  it('keeps the parameters when the step is built anew', async () => {
    await host.handle({ ...open, lastStep: 10 });
    const paused = listener.state('paused');
    await host.handle({ kind: 'step', lab: 'a', steps: 4 });
    await paused;
    const before = listener.next('snapshot');
    await host.handle({ kind: 'snapshot', lab: 'a' });
    const built = listener.state('paused');
    await host.handle({ kind: 'set', lab: 'a', name: 'topK', value: 1 });
    expect((await built).words).toContain('were kept');
    const after = listener.next('snapshot');
    await host.handle({ kind: 'snapshot', lab: 'a' });
    expect((await after).snapshot.step).toBe(4);
    expect((await after).snapshot.state.up.data).toEqual((await before).snapshot.state.up.data);
  });

  it('refuses impossible settings in the experiment’s words and goes on as it was', async () => {
    await host.handle({ ...open, lastStep: 10 });
    const done = listener.state('done');
    await host.handle({ kind: 'set', lab: 'a', name: 'topK', value: 9 });
    expect(listener.all('refused')[0].words).toBe('topK 9 needs at least 9 experts; there are 4.');
    await host.handle({ kind: 'play', lab: 'a' });
    expect((await done).step).toBe(10);
  });

  it('takes new inputs', async () => {
    await host.handle({ ...open, lastStep: 10 });
    const data = Float32Array.from([5, 0, 0, 0]);
    await host.handle({ kind: 'inputs', lab: 'a', inputs: { offset: { shape: [4], data } } });
    const done = listener.state('done');
    await host.handle({ kind: 'play', lab: 'a' });
    await done;
    const shifted = listener.losses('a').get(1)!;
    listener.replies.length = 0;
    await host.handle({ kind: 'restart', lab: 'a', lanes: [{ settings, seed: 1 }] });
    const again = listener.state('done');
    await host.handle({ kind: 'play', lab: 'a' });
    await again;
    expect(shifted).toBeGreaterThan(listener.losses('a').get(1)! + 1);
  });
});

describe('what goes wrong', () => {
  it('says that a run diverged and hands over the last good state', async () => {
    await host.handle({ ...open, lastStep: 400 });
    const diverged = listener.state('diverged');
    const snapshot = listener.next('snapshot');
    await host.handle({ kind: 'set', lab: 'a', name: 'learningRate', value: 1e37 });
    await host.handle({ kind: 'play', lab: 'a' });
    expect((await diverged).words).toMatch(/no longer a number at step \d+.*step 0 was kept/);
    const paused = listener.state('paused');
    await host.handle({ kind: 'restore', lab: 'a', snapshot: (await snapshot).snapshot });
    expect((await paused).words).toBe('Back at step 0.');
  });

  it('says so in a sentence when there is no such experiment', async () => {
    await host.handle({ ...open, experiment: 'nothing', lastStep: 1 });
    expect(listener.all('state')[0]).toMatchObject({
      state: 'error',
      words: 'No experiment is called nothing.',
    });
  });

  it('says why a lab is not open once, whatever is asked of it next', async () => {
    await host.handle({ ...open, experiment: 'nothing', lastStep: 1 });
    await host.handle({ kind: 'speed', lab: 'a', stepsPerSecond: 5 });
    await host.handle({ kind: 'play', lab: 'a' });
    expect(listener.all('state').map(({ words }) => words)).toEqual([
      'No experiment is called nothing.',
    ]);
    await host.handle({ kind: 'close', lab: 'a' });
    await host.handle({ kind: 'play', lab: 'a' });
    expect(listener.all('state').at(-1)?.words).toMatch('must be opened first');
  });

  it('says so when settings cannot work together from the start', async () => {
    await host.handle({
      ...open,
      lanes: [{ settings: { ...settings, topK: 5 }, seed: 1 }],
      lastStep: 1,
    });
    expect(listener.all('state').at(-1)).toMatchObject({
      state: 'error',
      words: 'topK 5 needs at least 5 experts; there are 4.',
    });
  });

  it('is not set going by what was asked behind a start that failed', async () => {
    const wrong = { ...open, lanes: [{ settings: { ...settings, topK: 5 }, seed: 1 }] };
    void host.handle({ ...wrong, lastStep: 10 });
    void host.handle({ kind: 'step', lab: 'a', steps: 1 });
    await host.handle({ kind: 'play', lab: 'a' });
    expect(listener.all('state').at(-1)?.state).toBe('error');
  });

  it('pauses the first lab when a second one trains', async () => {
    await host.handle({ ...open, lastStep: 100_000 });
    await host.handle({ ...open, lab: 'b', lastStep: 100_000 });
    await host.handle({ kind: 'play', lab: 'a' });
    const displaced = listener.state('paused', 'a');
    await host.handle({ kind: 'play', lab: 'b' });
    expect((await displaced).words).toContain('another lab on this page');
    await host.handle({ kind: 'pause', lab: 'b' });
  });
});
