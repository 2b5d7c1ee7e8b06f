/** Several runs in one open lab: side by side, or one after another. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LaneRequest, Reply } from '../../src/engine/protocol';
import type { Host } from '../../src/engine/worker/host';
import type { Settings } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { counted } from './fixtures/counted';
import { hostOf } from './fixtures/engine';
import type { Listener } from './fixtures/listener';
import moe from './fixtures/moe';

let host: Host;
let listener: Listener;
let tensors: number;
let sessions: ReturnType<typeof counted>['sessions'];

beforeEach(async () => {
  const counting = counted(moe);
  sessions = counting.sessions;
  ({ host, listener } = hostOf(counting.experiment));
  await host.handle({ kind: 'ladder', rung: 'cpu' });
  tensors = tf.memory().numTensors;
});

afterEach(async () => {
  for (const lab of ['a', 'b']) await host.handle({ kind: 'close', lab });
  expect(tf.memory().numTensors).toBe(tensors);
});

const lane = (settings: Settings = {}, rest: Partial<LaneRequest> = {}): LaneRequest => ({
  settings: { learningRate: 0.01, topK: 2, ...settings },
  seed: 1,
  ...rest,
});

const open = (lanes: LaneRequest[], order: 'together' | 'in turn', lastStep: number, lab = 'a') =>
  host.handle({ kind: 'open', lab, experiment: 'fixture', lanes, order, lastStep });

const send = (kind: 'play' | 'pause' | 'close', lab = 'a') => host.handle({ kind, lab });

async function played(): Promise<Extract<Reply, { kind: 'state' }>> {
  const done = listener.state('done', 'a');
  await send('play');
  return done;
}

async function stepped(steps: number) {
  const paused = listener.state('paused');
  await host.handle({ kind: 'step', lab: 'a', steps });
  return paused;
}

async function snapshot(index: number) {
  const kept = listener.next('snapshot', (reply) => reply.lane === index);
  await host.handle({ kind: 'snapshot', lab: 'a', lane: index });
  return (await kept).snapshot;
}

const frames = (index: number) =>
  listener
    .all('frame')
    .filter((reply) => reply.lane === index)
    .map(({ frame }) => frame);

/** The losses that a lab of this lane alone gives. */
async function alone(request: LaneRequest, lastStep: number): Promise<number[]> {
  await open([request], 'together', lastStep, 'b');
  const done = listener.state('done', 'b');
  await send('play', 'b');
  await done;
  const losses = [...listener.losses('b').values()];
  await send('close', 'b');
  return losses;
}

describe('a race', () => {
  it('trains every lane to the last step as it would train alone', async () => {
    const lanes = [lane(), lane({ topK: 1 }), lane({}, { seed: 2 })];
    await open(lanes, 'together', 25);
    expect(await played()).toMatchObject({ step: 75, words: 'Done: 3 models, 25 steps each.' });
    for (const [i, request] of lanes.entries()) {
      expect(frames(i).at(-1)!.step).toBe(25);
      expect(frames(i).at(-1)!.probes.choice.shape).toEqual([256, 4]);
      expect([...listener.losses('a', i).values()]).toEqual(await alone(request, 25));
    }
    expect(listener.all('lane').map(({ lane, end, step }) => [lane, end, step])).toEqual([
      [0, 'done', 25],
      [1, 'done', 25],
      [2, 'done', 25],
    ]);
    expect(listener.all('state').map(({ words }) => words)).toContain(
      'Training 3 models side by side on plain JavaScript.',
    );
  });

  it('tells the seconds that each lane has computed', async () => {
    await open([lane(), lane({ hidden: 64 })], 'together', 20);
    await played();
    for (const i of [0, 1]) {
      const seconds = frames(i).map((frame) => frame.seconds!);
      expect(seconds[0]).toBe(0);
      expect(seconds.at(-1)).toBeGreaterThan(0);
      expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
    }
    listener.replies.length = 0;
    await host.handle({ kind: 'restart', lab: 'a', lanes: [lane(), lane({ hidden: 64 })] });
    expect([0, 1].map((i) => frames(i)[0].seconds)).toEqual([0, 0]);
  });

  it('steps all lanes to the same step', async () => {
    await open([lane(), lane({ topK: 1 })], 'together', 100);
    expect(await stepped(3)).toMatchObject({ step: 6, words: 'Paused at step 3.' });
    expect([0, 1].map((i) => frames(i).at(-1)!.step)).toEqual([3, 3]);
    await stepped(1);
    expect([0, 1].map((i) => frames(i).at(-1)!.step)).toEqual([4, 4]);
  });

  it('gives a live setting to all lanes but those that fix it', async () => {
    await open([lane(), lane({}, { seed: 2, fixes: ['learningRate'] })], 'together', 100);
    await host.handle({ kind: 'set', lab: 'a', name: 'learningRate', value: 0 });
    const before = await Promise.all([0, 1].map(snapshot));
    await stepped(2);
    const after = await Promise.all([0, 1].map(snapshot));
    expect(after[0].state.up).toEqual(before[0].state.up);
    expect(after[1].state.up).not.toEqual(before[1].state.up);
    expect(after.map(({ settings }) => settings.learningRate)).toEqual([0, 0.01]);
  });

  it('leaves alone what the lanes differ in', async () => {
    await open([lane(), lane({ topK: 1 })], 'together', 100);
    await host.handle({ kind: 'set', lab: 'a', name: 'topK', value: 4 });
    const kept = await Promise.all([0, 1].map(snapshot));
    expect(kept.map(({ settings }) => settings.topK)).toEqual([2, 1]);
    expect(sessions.started).toBe(2);
  });

  it('changes all lanes or none where one cannot be built so', async () => {
    await open([lane({ experts: 4 }), lane({ experts: 2 })], 'together', 100);
    await stepped(2);
    await host.handle({ kind: 'set', lab: 'a', name: 'topK', value: 3 });
    expect(listener.all('refused').map(({ words }) => words)).toEqual([
      'topK 3 needs at least 3 experts; there are 2.',
    ]);
    const kept = await Promise.all([0, 1].map(snapshot));
    expect(kept.map(({ settings, step }) => [settings.topK, step])).toEqual([
      [2, 2],
      [2, 2],
    ]);
    await host.handle({ kind: 'set', lab: 'a', name: 'topK', value: 1 });
    const built = await Promise.all([0, 1].map(snapshot));
    expect(built.map(({ settings, step }) => [settings.topK, step])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(built[1].state).toEqual(kept[1].state);
  });

  it('goes on without a lane that diverged, and says so', async () => {
    const lanes = [lane({ learningRate: 1e37 }), lane()];
    const expected = await alone(lanes[1], 40);
    await open(lanes, 'together', 40);
    expect((await played()).words).toBe('Done: 2 models, 40 steps each. 1 diverged.');
    expect(listener.all('lane')[0]).toMatchObject({ lane: 0, end: 'diverged' });
    expect(listener.all('lane')[0].words).toMatch(/^The loss is no longer a number at step \d+/);
    expect([...listener.losses('a', 1).values()]).toEqual(expected);
    expect(listener.all('snapshot')[0]).toMatchObject({ lane: 0, snapshot: { step: 0 } });
    expect(listener.all('state').map(({ state }) => state)).not.toContain('diverged');
  });

  it('has diverged where no lane is left, and can go back lane by lane', async () => {
    await open([lane({ learningRate: 1e37 }), lane({ learningRate: 1e36 })], 'together', 40);
    const diverged = listener.state('diverged');
    await send('play');
    expect((await diverged).words).toMatch(/^None of the 2 models can go on/);
    const { snapshot } = listener.all('snapshot').find(({ lane }) => lane === 1)!;
    const settings = { ...snapshot.settings, learningRate: 0.01 };
    await host.handle({ kind: 'restore', lab: 'a', lane: 1, snapshot: { ...snapshot, settings } });
    expect((await played()).words).toMatch(/1 diverged/);
    expect(frames(1).at(-1)!.step).toBe(40);
  });

  it('starts without a lane that cannot be made', async () => {
    await open([lane(), lane({ topK: 9 })], 'together', 10);
    expect(listener.all('lane')[0]).toMatchObject({
      lane: 1,
      end: 'refused',
      words: 'topK 9 needs at least 9 experts; there are 4.',
    });
    expect((await played()).words).toBe('Done: 2 models, 10 steps each. 1 cannot be made.');
  });

  it('is an error where no lane can be made', async () => {
    await open([lane({ topK: 8 }), lane({ topK: 9 })], 'together', 10);
    expect(listener.all('state').at(-1)).toMatchObject({ state: 'error' });
  });

  it('takes other lanes with a restart, more or fewer', async () => {
    await open([lane(), lane({ topK: 1 })], 'together', 10);
    await played();
    listener.replies.length = 0;
    const lanes = [lane({ topK: 1 })];
    await host.handle({ kind: 'restart', lab: 'a', lanes });
    expect(await played()).toMatchObject({ step: 10, words: 'Done: 10 steps.' });
    expect([...listener.losses('a').values()]).toEqual(await alone(lanes[0], 10));
    await host.handle({ kind: 'restart', lab: 'a', lanes: [...lanes, lane(), lane()] });
    expect(await played()).toMatchObject({ step: 30 });
  });

  it('says what lanes there are when asked for another', async () => {
    await open([lane(), lane({ topK: 1 })], 'together', 10);
    await host.handle({ kind: 'snapshot', lab: 'a', lane: 2 });
    expect(listener.all('refused')[0].words).toBe('There is no lane 2; there are 2, from 0 on.');
  });
});

describe('a sweep', () => {
  const lanes = [lane(), lane({ topK: 1 }), lane({}, { seed: 2 })];

  it('trains one lane after another, and holds one session at a time', async () => {
    await open(lanes, 'in turn', 15);
    expect(sessions.started).toBe(1);
    expect(await played()).toMatchObject({ step: 45, words: 'Done: 3 models, 15 steps each.' });
    expect(sessions).toMatchObject({ started: 3, most: 1 });
    const order = listener.all('frame').map((frame) => frame.lane);
    expect(order).toEqual([...order].sort());
    const said = listener.all('state').map(({ words }) => words);
    expect(said.filter((words) => words.startsWith('Training'))).toEqual(
      [1, 2, 3].map((n) => `Training ${n} of 3 on plain JavaScript.`),
    );
    for (const [i, request] of lanes.entries()) {
      const all = frames(i);
      expect([all[0].step, all.at(-1)!.step]).toEqual([0, 15]);
      expect(all.at(-1)!.probes.choice.shape).toEqual([256, 4]);
      expect([...listener.losses('a', i).values()]).toEqual(await alone(request, 15));
    }
    expect(listener.all('lane').map((reply) => [reply.lane, reply.end])).toEqual([
      [0, 'done'],
      [1, 'done'],
      [2, 'done'],
    ]);
  });

  it('rests in the middle and goes on from there', async () => {
    await open(lanes, 'in turn', 100_000);
    const second = listener.next('frame', (reply) => reply.frame.step > 5);
    await send('play');
    await second;
    const paused = listener.state('paused');
    await send('pause');
    expect((await paused).words).toMatch(/^Paused at step \d+ of model 1 of 3\.$/);
  });

  it('carries two dozen models: rests among them, and goes on to the last', async () => {
    const many = Array.from({ length: 24 }, (_, i) => lane({ topK: 1 + (i % 2) }, { seed: i + 1 }));
    await open(many, 'in turn', 3);
    const seventh = listener.next('lane', (reply) => reply.lane === 6);
    await send('play');
    await seventh;
    const paused = listener.state('paused');
    await send('pause');
    expect((await paused).words).toMatch(/^Paused at step \d of model [78] of 24\.$/);
    const before = listener.all('lane').length;
    expect(before).toBeLessThan(9);
    expect(await played()).toMatchObject({ step: 72, words: 'Done: 24 models, 3 steps each.' });
    expect(listener.all('lane').map((reply) => reply.lane)).toEqual([...many.keys()]);
    expect(sessions).toMatchObject({ started: 24, most: 1 });
  });

  it('takes single steps of the lane whose turn it is, then of the next', async () => {
    await open(lanes, 'in turn', 4);
    expect((await stepped(3)).words).toBe('Paused at step 3 of model 1 of 3.');
    expect((await stepped(1)).words).toBe('Paused at step 4 of model 1 of 3.');
    expect(await stepped(2)).toMatchObject({
      step: 6,
      words: 'Paused at step 2 of model 2 of 3.',
    });
    expect(await played()).toMatchObject({ step: 12 });
  });

  it('keeps the last state of a lane whose session is gone', async () => {
    await open(lanes, 'in turn', 6);
    await played();
    const { step, state, settings } = await snapshot(1);
    expect([step, settings.topK]).toEqual([6, 1]);
    await open([lanes[1]], 'together', 6);
    await played();
    expect((await snapshot(0)).state).toEqual(state);
  });

  it('makes the lanes to come with what is set meanwhile', async () => {
    await open([lane(), lane({}, { seed: 2 })], 'in turn', 6);
    await host.handle({ kind: 'set', lab: 'a', name: 'learningRate', value: 0 });
    await host.handle({ kind: 'set', lab: 'a', name: 'topK', value: 1 });
    await played();
    for (const i of [0, 1])
      expect((await snapshot(i)).settings).toMatchObject({ learningRate: 0, topK: 1 });
  });

  it('passes over lanes that diverge or cannot be made', async () => {
    const bad = [lane({ learningRate: 1e37 }), lane({ topK: 9 }), lane(), lane({ topK: 7 })];
    await open(bad, 'in turn', 30);
    expect((await played()).words).toBe(
      'Done: 4 models, 30 steps each. 1 diverged, 2 cannot be made.',
    );
    expect(listener.all('lane').map((reply) => [reply.lane, reply.end])).toEqual([
      [0, 'diverged'],
      [1, 'refused'],
      [2, 'done'],
      [3, 'refused'],
    ]);
    expect([...listener.losses('a', 2).values()]).toEqual(await alone(bad[2], 30));
  });

  it('starts with the first lane that can be made', async () => {
    await open([lane({ topK: 9 }), lane()], 'in turn', 5);
    expect(frames(1)[0].step).toBe(0);
    await played();
    expect(frames(1).at(-1)!.step).toBe(5);
  });

  it('starts anew with the first lane', async () => {
    await open(lanes, 'in turn', 5);
    await played();
    listener.replies.length = 0;
    await host.handle({ kind: 'restart', lab: 'a', lanes });
    expect(sessions.open).toBe(1);
    expect(await played()).toMatchObject({ step: 15 });
    expect(sessions.most).toBe(1);
  });

  it('makes way between two lanes for another lab that trains', async () => {
    await open(lanes, 'in turn', 5);
    await open([lane()], 'together', 100_000, 'b');
    const displaced = listener.next(
      'state',
      (reply) => reply.lab === 'a' && reply.state === 'paused',
    );
    // The first lane has ended, and the second is about to be made.
    const ended = listener.next('lane');
    await send('play');
    await ended;
    await send('play', 'b');
    expect((await displaced).words).toContain('another lab on this page trains now');
    const on = listener.next('frame', (reply) => reply.lab === 'b' && reply.frame.step > 5);
    await on;
    await send('pause', 'b');
    expect(await played()).toMatchObject({ lab: 'a', step: 15 });
  });
});
