/** What the page hands in beside settings, before and while a lab trains. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../src/engine/worker/host';
import type { Inputs } from '../../src/model/experiments/types';
import { counted } from './fixtures/counted';
import { hostOf } from './fixtures/engine';
import type { Listener } from './fixtures/listener';
import reader from './fixtures/reader';

let host: Host;
let listener: Listener;
let sessions: ReturnType<typeof counted>['sessions'];
const lanes = [{ settings: { learningRate: 0.1 }, seed: 1 }];

beforeEach(async () => {
  const counting = counted(reader);
  sessions = counting.sessions;
  ({ host, listener } = hostOf(counting.experiment));
  await host.handle({ kind: 'ladder', rung: 'cpu' });
});

afterEach(async () => {
  await host.handle({ kind: 'close', lab: 'a' });
  expect(sessions.open).toBe(0);
});

const open = (inputs?: Inputs) =>
  host.handle({
    kind: 'open',
    lab: 'a',
    experiment: 'reader',
    lanes: lanes.map((lane) => ({ ...lane, inputs })),
    order: 'together',
    lastStep: 20,
  });

const hand = (inputs: Inputs) => host.handle({ kind: 'inputs', lab: 'a', inputs });

async function stepped(steps = 1): Promise<number> {
  const paused = listener.state('paused');
  await host.handle({ kind: 'step', lab: 'a', steps });
  return (await paused).step;
}

const goal = (...values: number[]) => ({
  goal: { shape: [values.length], data: Float32Array.from(values) },
});
const lossAt = (step: number) => listener.losses('a').get(step);

it('hands texts to the start', async () => {
  await open({ text: { text: 'router' }, ...goal(1) });
  await stepped();
  expect(lossAt(1)).toBe(25);
  expect(listener.all('facts')).toEqual([
    { kind: 'facts', lab: 'a', lane: 0, facts: { letters: 6 }, lastStep: 20 },
  ]);
});

it('uses other numbers of the same shape from the next step on', async () => {
  await open();
  await stepped();
  await hand(goal(100));
  expect(await stepped()).toBe(2);
  expect(lossAt(2)).toBeGreaterThan(9000);
  expect(sessions.started).toBe(1);
});

it('keeps the state where numbers of another shape ask for another step', async () => {
  await open();
  await stepped(2);
  await hand(goal(50, 50));
  expect(sessions.started).toBe(2);
  expect(await stepped()).toBe(3);
  expect(lossAt(3)).toBeCloseTo((3 * 0.9 ** 2 - 100) ** 2, 1);
});

it('begins anew with another text, and keeps the other inputs', async () => {
  await open();
  await hand(goal(2));
  await stepped(5);
  await hand({ text: { text: 'experts' } });
  const frame = listener.all('frame').at(-1)!.frame;
  expect(frame.step).toBe(0);
  expect(listener.all('facts').at(-1)!.facts).toEqual({ letters: 7 });
  expect(listener.all('state').at(-1)!.words).toContain('It started again');
  expect(await stepped()).toBe(1);
  expect(lossAt(1)).toBe(25);
});

it('trains on to the last step where it trained when the text changed', async () => {
  await open();
  await host.handle({ kind: 'speed', lab: 'a', stepsPerSecond: 200 });
  const well = listener.next('frame', ({ frame }) => frame.step > 2);
  await host.handle({ kind: 'play', lab: 'a' });
  await well;
  const done = listener.state('done');
  await hand({ text: { text: 'expert' } });
  expect(await done).toMatchObject({ step: 20 });
  const after = listener.all('frame').map(({ frame }) => frame.step);
  const anew = after.findLastIndex((step, i) => step < (after[i - 1] ?? 0));
  expect(after.slice(anew)).toEqual([...after.slice(anew)].sort((a, b) => a - b));
});

it('does not begin anew with the same text', async () => {
  await open();
  await stepped(3);
  await hand({ text: { text: 'moe' } });
  expect(sessions.started).toBe(1);
  expect(await stepped()).toBe(4);
});

it('refuses a text in the experiment’s words and goes on as it was', async () => {
  await open();
  await stepped(3);
  await hand({ text: { text: '' } });
  expect(listener.all('refused').map(({ words }) => words)).toEqual([
    'The text is empty: it needs a letter.',
  ]);
  expect(await stepped()).toBe(4);
});

it('trains on where it trained when a text was refused', async () => {
  await open();
  await host.handle({ kind: 'speed', lab: 'a', stepsPerSecond: 200 });
  const well = listener.next('frame', ({ frame }) => frame.step > 2);
  await host.handle({ kind: 'play', lab: 'a' });
  await well;
  const done = listener.state('done');
  await hand({ text: { text: '' } });
  expect(await done).toMatchObject({ step: 20 });
  expect(sessions.started).toBe(1);
});

it('rests at step 0 where only a few steps were asked for when the text changed', async () => {
  await open();
  await host.handle({ kind: 'speed', lab: 'a', stepsPerSecond: 50 });
  const well = listener.next('frame', ({ frame }) => frame.step > 2);
  await host.handle({ kind: 'step', lab: 'a', steps: 15 });
  await well;
  const paused = listener.state('paused');
  await hand({ text: { text: 'experts' } });
  expect(await paused).toMatchObject({ step: 0 });
});
