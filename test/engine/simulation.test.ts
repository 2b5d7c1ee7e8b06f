/** What is replayed without a gradient, through the same requests and replies as a training. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HostTrainer } from '../../src/engine/rungs/host';
import type { Host } from '../../src/engine/worker/host';
import type { Inputs, Settings } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { hostOf } from './fixtures/engine';
import type { Listener } from './fixtures/listener';
import queue from './fixtures/queue';

let host: Host;
let listener: Listener;

beforeEach(() => {
  ({ host, listener } = hostOf(queue));
});

const settings = { learningRate: 3, topK: 1 };
const lane = (more: Settings = {}, inputs?: Inputs) => ({
  settings: { ...settings, ...more },
  seed: 2,
  inputs,
});
const one = (value: number) => ({ shape: [1], data: Float32Array.of(value) });

const open = (lanes = [lane()], order: 'together' | 'in turn' = 'together', lastStep = 10) =>
  host.handle({ kind: 'open', lab: 'a', experiment: 'queue', lanes, order, lastStep });

async function played() {
  const done = listener.state('done');
  await host.handle({ kind: 'play', lab: 'a' });
  return done;
}

async function stepped(steps: number) {
  const paused = listener.state('paused');
  await host.handle({ kind: 'step', lab: 'a', steps });
  return paused;
}

const set = (name: string, value: number) => host.handle({ kind: 'set', lab: 'a', name, value });

/** Of a lane, what waited after each step: the latest that was said of it. */
function waiting(index = 0): number[] {
  const rows = new Map<number, number>();
  for (const { lane, frame } of listener.all('frame'))
    if (lane === index)
      frame.steps.forEach((step, i) => {
        rows.set(step, frame.metrics.waiting.data[i]);
      });
  return [...rows.values()];
}

describe('a simulation', () => {
  it('needs no device and no backend', async () => {
    const climbs = vi.spyOn(tf, 'setBackend');
    await open();
    expect(await played()).toMatchObject({ step: 10, words: 'Done: 10 steps.' });
    expect(climbs).not.toHaveBeenCalled();
    expect(waiting()).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    const { frame } = listener.all('frame').at(-1)!;
    expect(frame.probes.waiting.data).toEqual(Float32Array.of(20, 20));
    expect(frame.metrics.each.width).toBe(2);
    expect(frame.speed).toMatchObject({ captured: false, dispatches: 0 });
    expect(listener.all('facts')).toEqual([
      { kind: 'facts', lab: 'a', lane: 0, facts: { served: 1, seed: 2 }, lastStep: 10 },
    ]);
    expect(listener.all('state').map(({ words }) => words)).toContain('Replaying.');
    climbs.mockRestore();
  });

  it('ends by itself, or where the lab ends', async () => {
    await open([lane({}, { last: one(4) })]);
    expect(listener.all('facts')[0].lastStep).toBe(4);
    expect((await played()).step).toBe(4);
    await open([lane({}, { last: one(40) })]);
    expect(listener.all('facts')[1].lastStep).toBe(10);
    expect((await played()).step).toBe(10);
  });

  it('takes no step after its end', async () => {
    await open([lane({}, { last: one(4) })]);
    const done = listener.state('done');
    await host.handle({ kind: 'step', lab: 'a', steps: 9 });
    expect((await done).step).toBe(4);
  });

  it('uses a live setting from the next step on, and goes back with what was set when', async () => {
    await open();
    await stepped(2);
    await set('learningRate', 5);
    await stepped(2);
    expect(waiting()).toEqual([2, 4, 8, 12]);
    const kept = listener.next('snapshot');
    await host.handle({ kind: 'snapshot', lab: 'a' });
    const { snapshot } = await kept;
    await set('learningRate', 0);
    await stepped(3);
    expect(waiting().at(-1)).toBe(9);
    await host.handle({ kind: 'restore', lab: 'a', snapshot });
    expect(listener.all('frame').at(-1)!.frame.probes.waiting.data[0]).toBe(12);
    await stepped(1);
    expect(waiting()[4]).toBe(16);
  });

  it('starts again from the first step with the settings as they are', async () => {
    await open();
    await stepped(2);
    await set('learningRate', 5);
    await stepped(2);
    await host.handle({ kind: 'restart', lab: 'a', lanes: [lane({ learningRate: 2 })] });
    listener.replies.length = 0;
    await stepped(3);
    expect(waiting()).toEqual([1, 2, 3]);
  });

  it('is replayed up to here where another setting changes', async () => {
    await open();
    await stepped(4);
    const paused = listener.state('paused');
    await set('topK', 2);
    expect((await paused).words).toBe(
      'Paused at step 4. It was replayed up to here with the new setting.',
    );
    expect(listener.all('facts').at(-1)!.facts).toEqual({ served: 2, seed: 2 });
    await stepped(1);
    expect(waiting()[4]).toBe(5);
    await set('topK', 9);
    expect(listener.all('refused')[0].words).toBe(
      'At most 8 are served at a time; 9 were asked for.',
    );
    await stepped(1);
    expect(waiting()[5]).toBe(6);
  });

  it('begins anew with other inputs, numbers too', async () => {
    await open([lane({}, { burst: one(0) })]);
    await stepped(4);
    listener.replies.length = 0;
    await host.handle({ kind: 'inputs', lab: 'a', inputs: { burst: one(1) } });
    expect(listener.all('frame')[0].frame.step).toBe(0);
    await stepped(2);
    expect(waiting()).toEqual([3, 6]);
    await host.handle({ kind: 'inputs', lab: 'a', inputs: { burst: one(1) } });
    expect((await stepped(1)).step).toBe(3);
  });

  it('starts again with the inputs that a restart brings', async () => {
    await open([lane({}, { burst: one(0) })]);
    await stepped(2);
    await host.handle({ kind: 'restart', lab: 'a', lanes: [lane({}, { burst: one(2) })] });
    listener.replies.length = 0;
    await stepped(2);
    expect(waiting()).toEqual([4, 8]);
  });

  it('races and sweeps as trainings do', async () => {
    const lanes = [lane(), lane({ topK: 2 })];
    await open(lanes, 'together', 3);
    expect((await played()).words).toBe('Done: 2 runs, 3 steps each.');
    expect([waiting(0), waiting(1)]).toEqual([
      [2, 4, 6],
      [1, 2, 3],
    ]);
    listener.replies.length = 0;
    await open(lanes, 'in turn', 3);
    expect((await played()).step).toBe(6);
    expect([waiting(0), waiting(1)]).toEqual([
      [2, 4, 6],
      [1, 2, 3],
    ]);
    const said = listener.all('state').map(({ words }) => words);
    expect(said).toContain('Replaying 2 of 2.');
  });

  it('answers as it stands, and in a sentence where it cannot', async () => {
    await open();
    await stepped(2);
    const ask = (id: number, act: string, asked = {}) =>
      host.handle({ kind: 'ask', lab: 'a', id, act, asked });
    await ask(1, 'count');
    await ask(2, 'wait', { word: 'for' });
    await ask(3, 'wait', { word: 'never' });
    await ask(4, 'sing');
    await host.handle({ kind: 'model', lab: 'a', id: 5 });
    expect(listener.all('answer').map(({ id, value }) => [id, value])).toEqual([
      [1, 4],
      [2, 'for 2'],
    ]);
    expect(listener.all('unanswered').map(({ id, words }) => [id, words])).toEqual([
      [3, 'Nobody waits for that.'],
      [4, 'This model cannot be asked to sing; it can be asked to count, wait.'],
      [5, 'This lab trains nothing that another lab could take.'],
    ]);
  });

  it('answers for a lane that was put away', async () => {
    await open([lane(), lane({ topK: 2 })], 'in turn', 3);
    await played();
    await host.handle({ kind: 'ask', lab: 'a', id: 1, lane: 0, act: 'count', asked: {} });
    expect(listener.all('answer')[0].value).toBe(6);
  });
});

describe('its trainer', () => {
  const trainer = (step: () => Record<string, number | number[]>) =>
    new HostTrainer({ step }, {}, () => ({ step }));

  it('gives no more rows than a frame takes, evenly spread, and the latest', async () => {
    let n = 0;
    const counting = trainer(() => ({ n: ++n }));
    counting.advance(1000, Number.POSITIVE_INFINITY);
    const { steps, metrics } = await counting.read(false);
    expect(steps.length).toBeLessThanOrEqual(64);
    expect(steps.at(-1)).toBe(1000);
    expect([...metrics.n.data]).toEqual(steps);
    const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps));
    expect((await counting.read(false)).steps).toEqual([]);
  });

  it('gives arrays of its own: a frame takes them away', async () => {
    const data = Float32Array.of(1);
    const simulation = { step: () => ({ n: 1 }), probes: () => ({ p: { shape: [1], data } }) };
    const probing = new HostTrainer(simulation, {}, () => simulation);
    expect((await probing.read(true)).probes.p.data).not.toBe(data);
  });

  it('goes back no further than to the end', async () => {
    const simulation = { step: () => ({ n: 1 }), lastStep: 4 };
    const ending = new HostTrainer(simulation, {}, () => simulation);
    ending.restore(9, {});
    expect(ending.step).toBe(4);
  });

  it('stops when its time is up', () => {
    expect(trainer(() => ({ n: 1 })).advance(1e9, 0).steps).toBe(1);
  });

  it('says so where a step gives other numbers than the first', () => {
    let n = 0;
    const growing = trainer(() => ({ n: Array(++n).fill(0) }));
    expect(() => growing.advance(2, Number.POSITIVE_INFINITY)).toThrow(
      'The metric n has 2 numbers where the first step gave 1; every step gives the same.',
    );
  });
});
