/** Questions to a model, while it trains and at rest. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../src/engine/worker/host';
import type { Settings } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { hostOf } from './fixtures/engine';
import type { Listener } from './fixtures/listener';
import oracle, { Gate, gates } from './fixtures/oracle';

let host: Host;
let listener: Listener;
let tensors: number;

beforeEach(async () => {
  ({ host, listener } = hostOf(oracle));
  await host.handle({ kind: 'ladder', rung: 'cpu' });
  tensors = tf.memory().numTensors;
});

afterEach(async () => {
  gates.length = 0;
  for (const lab of ['a', 'b']) await host.handle({ kind: 'close', lab });
  expect(tf.memory().numTensors).toBe(tensors);
});

const lane = (settings: Settings = {}, seed = 1) => ({
  settings: { learningRate: 1, hidden: 2, ...settings },
  seed,
});

const open = (
  lanes = [lane()],
  { order = 'together', lastStep = 100, lab = 'a' }: Partial<Opening> = {},
) => host.handle({ kind: 'open', lab, experiment: 'oracle', lanes, order, lastStep });

interface Opening {
  order: 'together' | 'in turn';
  lastStep: number;
  lab: string;
}

const ask = (id: number, act = 'where', asked = {}, index?: number) =>
  host.handle({ kind: 'ask', lab: 'a', id, lane: index, act, asked });

async function stepped(steps: number) {
  const paused = listener.state('paused');
  await host.handle({ kind: 'step', lab: 'a', steps });
  await paused;
}

/** Holds back the next act that comes to it. */
function gate(): Gate {
  const made = new Gate();
  gates.push(made);
  return made;
}

const answers = () =>
  new Map(listener.all('answer').map(({ id, value }) => [id, value as Record<string, number>]));
const refusals = () => new Map(listener.all('unanswered').map(({ id, words }) => [id, words]));

it('is answered from the state as it stands, step, settings and all', async () => {
  await open();
  await stepped(3);
  await host.handle({ kind: 'set', lab: 'a', name: 'learningRate', value: 2 });
  await ask(7);
  expect(answers().get(7)).toEqual({ place: 4, scaled: 400, step: 3, rate: 2, hidden: 2 });
});

it('is answered for the lane it asks', async () => {
  await open([lane(), lane({ learningRate: 3 }, 5)]);
  await stepped(2);
  await ask(1, 'where', {}, 0);
  await ask(2, 'where', {}, 1);
  expect([1, 2].map((id) => answers().get(id)!.place)).toEqual([3, 11]);
  await ask(3, 'where', {}, 2);
  expect(refusals().get(3)).toBe('There is no lane 2; there are 2, from 0 on.');
});

it('is answered for a lane of a sweep that was put away, not for one to come', async () => {
  await open([lane(), lane({ hidden: 3 }), lane()], { order: 'in turn', lastStep: 4 });
  await stepped(4);
  await stepped(1);
  await ask(1, 'where', {}, 0);
  await ask(2, 'where', {}, 1);
  await ask(3, 'where', {}, 2);
  expect(answers().get(1)).toMatchObject({ place: 5, step: 4, hidden: 2 });
  expect(answers().get(2)).toMatchObject({ place: 2, step: 1, hidden: 3 });
  expect(refusals().get(3)).toBe('There is no model to ask yet.');
});

it('does not change what is trained', async () => {
  const losses = async (asking: boolean) => {
    await open();
    const done = listener.state('done');
    await host.handle({ kind: 'play', lab: 'a' });
    if (asking) for (let id = 0; id < 20; id++) await ask(id);
    await done;
    return listener.losses('a');
  };
  const asked = await losses(true);
  expect(answers().size).toBe(20);
  listener.replies.length = 0;
  const plain = await losses(false);
  // Of a fast run, a frame tells some of the steps.
  const both = [...asked.keys()].filter((step) => plain.has(step));
  expect(both).toContain(100);
  for (const step of both) expect(asked.get(step)).toBe(plain.get(step));
});

it('is answered while training goes on, and holds up no request', async () => {
  await open([lane()], { lastStep: 1_000_000 });
  await host.handle({ kind: 'play', lab: 'a' });
  const slow = gate();
  const answered = ask(1);
  await slow.reached;
  const from = listener.all('frame').at(-1)?.frame.step ?? 0;
  await listener.next('frame', ({ frame }) => frame.step > from + 5);
  await host.handle({ kind: 'pause', lab: 'a' });
  expect(answers().size).toBe(0);
  slow.open();
  await answered;
  expect(answers().size).toBe(1);
});

it('waits for the requests before it', async () => {
  void open();
  await ask(1);
  expect(answers().get(1)).toMatchObject({ place: 1, step: 0 });
});

it('of a kind that waits, only the newest is answered', async () => {
  await open([lane(), lane()]);
  const slow = gate();
  const first = ask(1);
  await slow.reached;
  const all = [first, ask(2), ask(3, 'where', {}, 1), ask(4), ask(5, 'fail')];
  const model = host.handle({ kind: 'model', lab: 'a', id: 6 });
  slow.open();
  await Promise.all([...all, model]);
  expect([...answers().keys()]).toEqual([1, 3, 4]);
  expect(listener.all('model').map(({ id }) => id)).toEqual([6]);
  expect([...refusals()]).toEqual([
    [2, 'A newer question took its place.'],
    [5, 'The oracle is silent.'],
  ]);
});

it('is refused in a sentence', async () => {
  await ask(1);
  await open();
  await ask(2, 'sing');
  await ask(3, 'constructor');
  expect([...refusals()]).toEqual([
    [1, 'No lab called a is open; it must be opened first.'],
    [2, 'This model cannot be asked to sing; it can be asked to where, fail.'],
    [3, 'This model cannot be asked to constructor; it can be asked to where, fail.'],
  ]);
});

it('hands out the model inside', async () => {
  await open([lane(), lane({ hidden: 3 }, 8)]);
  await host.handle({ kind: 'model', lab: 'a', id: 4, lane: 1 });
  expect(listener.all('model')).toEqual([
    {
      kind: 'model',
      lab: 'a',
      id: 4,
      model: {
        form: 'place',
        about: { hidden: 3 },
        weights: { place: { shape: [], data: Float32Array.of(8) } },
      },
    },
  ]);
});

it('keeps its session until it is answered, whatever becomes of the lab', async () => {
  await open();
  const slow = gate();
  const answered = ask(1);
  await slow.reached;
  await host.handle({ kind: 'close', lab: 'a' });
  slow.open();
  await answered;
  expect(answers().get(1)).toMatchObject({ scaled: 100, hidden: 2 });
});

it('holds back what needs the device for itself, until it is answered', async () => {
  await open();
  const slow = gate();
  const answered = ask(1);
  await slow.reached;
  const made: string[] = [];
  const others = [
    host.handle({ kind: 'ladder', rung: 'cpu' }).then(() => made.push('ladder')),
    open([lane()], { lab: 'b' }).then(() => made.push('b')),
    host.handle({ kind: 'set', lab: 'a', name: 'hidden', value: 5 }).then(() => made.push('a')),
  ];
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve));
  expect(made).toEqual([]);
  slow.open();
  await Promise.all([answered, ...others]);
  expect(answers().get(1)).toMatchObject({ hidden: 2 });
  await ask(2);
  expect(answers().get(2)).toMatchObject({ hidden: 5 });
});
