/** A sweep's lanes divided over several workers: what comes of it is what one worker gives. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pooled } from '../../src/engine/pool/pool';
import type { Engine, LaneRequest, Open, Reply } from '../../src/engine/protocol';
import type { Settings } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { FakeEngine } from '../lab/fake-engine';
import { Listener } from './fixtures/listener';
import moe from './fixtures/moe';
import oracle, { Gate, gates } from './fixtures/oracle';
import { TestWorker } from './fixtures/workers';

let pool: Engine;
let first: TestWorker;
let helpers: TestWorker[];
let listener: Listener;
let tensors: number;
/** What becomes of a helper that is to be started. */
let starting: (made: TestWorker) => Promise<TestWorker>;

async function make(workers: number, experiment: typeof moe | typeof oracle = moe) {
  first = new TestWorker(experiment);
  helpers = [];
  listener = new Listener();
  starting = async (made) => made;
  const start = () => {
    const made = new TestWorker(experiment);
    helpers.push(made);
    return starting(made);
  };
  pool = workers > 1 ? pooled(first, { most: workers - 1, start }) : first;
  pool.listen(listener.hear);
  const climbed = listener.next('ladder');
  pool.send({ kind: 'ladder' });
  await climbed;
}

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

beforeEach(() => {
  tensors = tf.memory().numTensors;
});

afterEach(async () => {
  gates.length = 0;
  for (const lab of ['a', 'b']) pool.send({ kind: 'close', lab });
  await Promise.all([first, ...helpers].map(({ quiet }) => quiet));
  expect(helpers.filter(({ ended }) => !ended)).toEqual([]);
  expect(tf.memory().numTensors).toBe(tensors);
});

/** Small: whose turn it is is tried here, and not what is computed. */
const small = { points: 16, batch: 4 };
const lane = (settings: Settings = {}, seed = 1): LaneRequest => ({
  settings: { learningRate: 0.01, topK: 2, ...small, ...settings },
  seed,
});
/** Uneven on purpose: some are wider, and take longer. */
const dozen = Array.from({ length: 12 }, (_, i) =>
  lane({ topK: 1 + (i % 2), hidden: i % 3 ? 2 : 8 }, i + 1),
);

const request = (lanes: LaneRequest[], lastStep = 20, more: Partial<Open> = {}): Open => ({
  ...{ kind: 'open', lab: 'a', experiment: 'fixture', lanes, order: 'in turn', lastStep },
  ...more,
});

async function ready(lanes: LaneRequest[], lastStep?: number, more?: Partial<Open>) {
  const paused = listener.state('paused', more?.lab ?? 'a');
  pool.send(request(lanes, lastStep, more));
  await paused;
}

async function played() {
  const done = listener.state('done', 'a');
  pool.send({ kind: 'play', lab: 'a' });
  return done;
}

async function paused() {
  const rests = listener.state('paused', 'a');
  pool.send({ kind: 'pause', lab: 'a' });
  return rests;
}

async function snapshot(index: number) {
  const kept = listener.next('snapshot', (reply) => reply.lane === index);
  pool.send({ kind: 'snapshot', lab: 'a', lane: index });
  return (await kept).snapshot;
}

const frames = (index: number) =>
  listener
    .all('frame')
    .filter((reply) => reply.lane === index)
    .map(({ frame }) => frame);

/** All that a run gives, lane by lane, but for the seconds that it took. */
const found = (lanes: LaneRequest[], from = 0) =>
  [...lanes.keys()].slice(from).map((i) => ({
    losses: [...listener.losses('a', i)].sort(([a], [b]) => a - b),
    last: frames(i).at(-1)!.step,
    probes: frames(i).at(-1)!.probes,
    facts: listener.all('facts').findLast((reply) => reply.lane === i)!.facts,
    ends: [...new Set(listener.all('lane').flatMap(({ lane, end }) => (lane === i ? end : [])))],
  }));

const words = () => listener.all('state').map((reply) => reply.words);

/** What one worker gives. */
async function alone(lanes: LaneRequest[], lastStep?: number) {
  await make(1);
  await ready(lanes, lastStep);
  const { words: said, step } = await played();
  const states = [];
  for (const i of lanes.keys()) states.push(await snapshot(i));
  pool.send({ kind: 'close', lab: 'a' });
  return { found: found(lanes), states, words: said, step };
}

describe('three workers', () => {
  it('give what one gives: every row, every state, every word at the end', async () => {
    const one = await alone(dozen);
    await make(3);
    await ready(dozen);
    expect(await played()).toMatchObject({ words: one.words, step: one.step });
    expect(found(dozen)).toEqual(one.found);
    for (const i of dozen.keys()) expect(await snapshot(i)).toEqual(one.states[i]);
  });

  it('divide the lanes: each is trained by one, and begins in its turn', async () => {
    await make(3);
    await ready(dozen);
    await played();
    const given = [first, ...helpers].map(({ lanes }) => lanes);
    expect(given).toHaveLength(3);
    for (const lanes of given) expect(lanes.length).toBeGreaterThan(0);
    expect(given.flat().sort((a, b) => a - b)).toEqual([...dozen.keys()]);
    for (const lanes of given) expect(lanes).toEqual([...lanes].sort((a, b) => a - b));
    const ends = ({ said }: TestWorker) =>
      said.flatMap((reply) => (reply.kind === 'lane' ? reply.lane : []));
    expect([first, ...helpers].map(ends)).toEqual(given);
    const begun = [...new Set(listener.all('frame').map((reply) => reply.lane))];
    expect(begun.slice(0, 3).sort()).toEqual([0, 1, 2]);
    expect(words()).toContain('Training 12 models, 3 at a time, on plain JavaScript.');
    expect(listener.all('state').find(({ atOnce }) => atOnce === 3)).toMatchObject({
      state: 'running',
    });
  });

  it('are one again when all is done, and that one knows every model', async () => {
    await make(3);
    await ready(dozen);
    await played();
    expect(helpers.map(({ ended }) => ended)).toEqual([true, true]);
    expect((await snapshot(1)).settings).toMatchObject(dozen[1].settings);
  });

  it('rest together, and go on together', async () => {
    const one = await alone(dozen);
    await make(3);
    await ready(dozen);
    const third = listener.next('lane', (reply) => reply.lane === 2);
    pool.send({ kind: 'play', lab: 'a' });
    await third;
    expect((await paused()).words).toMatch(
      /^Paused (with [23] of 12 models under way|at step \d+ of model \d+ of 12)\.$/,
    );
    const heard = listener.all('frame').length;
    await Promise.all([first, ...helpers].map(({ quiet }) => quiet));
    expect(listener.all('frame')).toHaveLength(heard);
    expect(helpers.map(({ ended }) => ended)).toEqual([false, false]);
    await played();
    expect(found(dozen)).toEqual(one.found);
  });

  it('rest where nobody has begun yet', async () => {
    await make(3);
    pool.send(request(dozen));
    pool.send({ kind: 'play', lab: 'a' });
    expect((await paused()).words).toBe('Ready.');
    await played();
  });

  it('begin anew with other lanes, and say nothing more of those before', async () => {
    const others = dozen.map(({ settings, seed }) => lane(settings, seed + 50));
    const one = await alone(others);
    await make(3);
    await ready(dozen);
    const third = listener.next('lane', (reply) => reply.lane === 2);
    pool.send({ kind: 'play', lab: 'a' });
    await third;
    listener.replies.length = 0;
    pool.send({ kind: 'restart', lab: 'a', lanes: others });
    expect(await played()).toMatchObject({ words: one.words });
    expect(found(others)).toEqual(one.found);
  });

  it('end with the lab that is closed', async () => {
    await make(3);
    await ready(dozen, 100_000);
    const second = listener.next('frame', (reply) => reply.lane === 1);
    pool.send({ kind: 'play', lab: 'a' });
    await second;
    pool.send({ kind: 'close', lab: 'a' });
    expect(helpers.map(({ ended }) => ended)).toEqual([true, true]);
    await first.quiet;
    const heard = listener.replies.length;
    await Promise.all(helpers.map(({ quiet }) => quiet));
    expect(listener.replies).toHaveLength(heard);
  });

  it('pass over lanes that diverge or cannot be made', async () => {
    const lanes = [...dozen.slice(0, 4), lane({ learningRate: 1e37 }), lane({ topK: 9 })];
    lanes.unshift(lane({ topK: 7 }));
    const one = await alone(lanes.slice(1, 5));
    await make(3);
    await ready(lanes);
    expect((await played()).words).toBe(
      'Done: 7 models, 20 steps each. 1 diverged, 2 cannot be made.',
    );
    expect(found(lanes.slice(0, 5), 1)).toMatchObject(
      one.found.map(({ losses, ends }) => ({ losses, ends })),
    );
    const ends = new Map(listener.all('lane').map((reply) => [reply.lane, reply.end]));
    expect([0, 5, 6].map((i) => ends.get(i))).toEqual(['refused', 'diverged', 'refused']);
  });

  it('say why, where no lane can be made', async () => {
    await make(3);
    const bad = [5, 6, 7, 8].map((topK) => lane({ topK }));
    const failed = listener.state('error');
    pool.send(request(bad));
    pool.send({ kind: 'play', lab: 'a' });
    expect((await failed).words).toMatch(/topK \d needs at least \d experts; there are 4\./);
  });

  it('take single steps of the foremost lane', async () => {
    await make(3);
    await ready(dozen, 4);
    const stepped = async (steps: number) => {
      const rests = listener.state('paused', 'a');
      pool.send({ kind: 'step', lab: 'a', steps });
      return rests;
    };
    expect(await stepped(3)).toMatchObject({
      step: 3,
      words: 'Paused at step 3 of model 1 of 12.',
    });
    await stepped(1);
    expect(await stepped(2)).toMatchObject({
      step: 6,
      words: 'Paused at step 2 of model 2 of 12.',
    });
    expect(helpers).toEqual([]);
    expect(await played()).toMatchObject({ step: 48 });
  });

  it('keep to the speed that was asked for, and wait while nobody sees them', async () => {
    await make(3);
    await ready(dozen.slice(0, 3), 30);
    pool.send({ kind: 'speed', lab: 'a', stepsPerSecond: 200 });
    pool.send({ kind: 'visible', lab: 'a', visible: true });
    const second = listener.next('frame', (reply) => reply.lane === 1);
    pool.send({ kind: 'play', lab: 'a' });
    await second;
    pool.send({ kind: 'speed', lab: 'a', stepsPerSecond: 100_000 });
    await listener.state('done', 'a');
    for (const { sent } of [first, ...helpers]) {
      const speeds = sent.filter((each) => each.kind === 'speed');
      expect(speeds.map(({ stepsPerSecond }) => stepsPerSecond)).toEqual([200, 100_000]);
      expect(sent).toContainEqual({ kind: 'visible', lab: 'a', visible: true });
    }
  });

  it('refuse settings that would change half of the lanes', async () => {
    await make(3);
    await ready(dozen);
    pool.send({ kind: 'set', lab: 'a', name: 'topK', value: 1 });
    expect(listener.all('refused')).toEqual([
      {
        kind: 'refused',
        lab: 'a',
        words:
          'These models are trained by several workers: a new setting takes effect when you start again.',
      },
    ]);
  });

  it('find ready what was prepared before the ladder was climbed', async () => {
    await make(3);
    pool.send({ kind: 'ladder' });
    pool.send({ ...request(dozen), kind: 'prepare' });
    await listener.next('ladder');
    await first.quiet;
    expect(listener.all('facts')).toEqual([]);
    await ready(dozen);
    expect(listener.all('facts')).toHaveLength(1);
    expect(first.sent.filter(({ kind }) => kind === 'prepare')).toMatchObject([{ turns: [0] }]);
    await played();
  });

  it('leave a lab with one lane, and lanes side by side, to the first', async () => {
    await make(3);
    await ready(dozen.slice(0, 2), 10, { order: 'together' });
    await played();
    await ready(dozen.slice(0, 1), 10);
    await played();
    await ready(dozen, 10);
    pool.send({ kind: 'restart', lab: 'a', lanes: dozen.slice(0, 1) });
    await played();
    expect(helpers).toEqual([]);
  });
});

describe('questions', () => {
  const places = [1, 5, 9, 13, 17].map((seed) => ({
    settings: { learningRate: 1, hidden: 2 },
    seed,
  }));
  const ask = async (id: number, index: number) => {
    const answer = listener.next('answer', (reply) => reply.id === id);
    pool.send({ kind: 'ask', lab: 'a', id, lane: index, act: 'where', asked: {} });
    return (await answer).value as { place: number };
  };

  it('reach the worker that has the lane, and the first once it is done', async () => {
    await make(3, oracle);
    await ready(places, 100_000, { experiment: 'oracle' });
    const helped = listener.next('frame', (reply) => reply.lane === 1);
    pool.send({ kind: 'play', lab: 'a' });
    await helped;
    await paused();
    const at = (i: number) => frames(i).at(-1)!.step;
    expect((await ask(1, 0)).place).toBe(1 + at(0));
    expect((await ask(2, 1)).place).toBe(5 + at(1));
    await ready(places, 6, { experiment: 'oracle' });
    await played();
    for (const i of places.keys()) expect((await ask(3 + i, i)).place).toBe(places[i].seed + 6);
    const model = listener.next('model');
    pool.send({ kind: 'model', lab: 'a', id: 99, lane: 3 });
    expect((await model).model.weights.place.data[0]).toBeCloseTo(13 + 6, 1);
  });

  it('that a worker could not answer any more, the first answers', async () => {
    await make(2, oracle);
    await ready(places.slice(0, 2), 100_000, { experiment: 'oracle' });
    const helped = listener.next('frame', (reply) => reply.lane === 1);
    pool.send({ kind: 'play', lab: 'a' });
    await helped;
    await paused();
    const gate = new Gate();
    gates.push(gate);
    const unanswered = listener.next('unanswered', ({ id }) => id === 7);
    pool.send({ kind: 'ask', lab: 'a', id: 7, lane: 1, act: 'where', asked: {} });
    await gate.reached;
    helpers[0].die();
    expect((await unanswered).words).toBe('There is no model to ask yet.');
    gate.open();
  });
});

describe('what breaks', () => {
  const isMidway = (reply: Reply, lastStep: number) =>
    reply.kind === 'frame' && reply.frame.step > 0 && reply.frame.step < lastStep;
  const notes = () => listener.all('note').map((reply) => reply.words);
  const lost = 'One of the workers was lost. The others train again what it had not finished.';

  it('a helper in the middle of a lane: another trains it, and nothing goes back', async () => {
    const lanes = dozen.slice(0, 6);
    const one = await alone(lanes, 60);
    await make(3);
    let died: number | undefined;
    pool.listen((reply) => {
      if (died !== undefined || reply.kind !== 'frame' || !isMidway(reply, 60)) return;
      const helper = helpers.find((each) => each.lanes.at(-1) === reply.lane);
      if (!helper) return;
      died = reply.lane;
      helper.die();
    });
    await ready(lanes, 60);
    expect(await played()).toMatchObject({ words: one.words });
    expect(found(lanes)).toEqual(one.found);
    const trained = [first, ...helpers].flatMap((worker) => worker.lanes);
    expect(trained.filter((each) => each === died)).toHaveLength(2);
    for (const i of lanes.keys()) {
      const steps = frames(i).map(({ step }) => step);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
    }
    expect(notes()).toEqual([lost]);
    for (const i of lanes.keys()) expect(await snapshot(i)).toEqual(one.states[i]);
  });

  it('a helper before its model is handed over: the model is trained again', async () => {
    const lanes = dozen.slice(0, 5);
    const one = await alone(lanes);
    await make(2);
    starting = async (made) => {
      made.before = (reply) => {
        if (reply.kind === 'snapshot') made.die();
      };
      return made;
    };
    await ready(lanes);
    expect(await played()).toMatchObject({ words: one.words });
    expect(found(lanes)).toEqual(one.found);
    for (const i of lanes.keys()) expect(await snapshot(i)).toEqual(one.states[i]);
  });

  it('all helpers: the first goes on alone', async () => {
    const lanes = dozen.slice(0, 4);
    const one = await alone(lanes, 60);
    await make(4);
    starting = async (made) => {
      made.before = (reply) => {
        if (isMidway(reply, 60)) made.die();
      };
      return made;
    };
    await ready(lanes, 60);
    await played();
    expect(found(lanes)).toEqual(one.found);
    expect(new Set(first.lanes).size).toBe(4);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no worker'))],
    [
      'computes elsewhere',
      async (made: TestWorker) => {
        made.send = () =>
          made.say({ kind: 'ladder', ladder: { chosen: 'recorded', byHand: true, reports: [] } });
        return made;
      },
    ],
    [
      'dies as it comes',
      async (made: TestWorker) => {
        made.send = () => made.die();
        return made;
      },
    ],
  ])('a start that %s: fewer train, and nothing is said of it', async (_, start) => {
    const lanes = dozen.slice(0, 4);
    const one = await alone(lanes);
    await make(3);
    starting = (made) => start(made).finally(() => _ === 'rejects' && made.end());
    await ready(lanes);
    await played();
    expect(found(lanes)).toEqual(one.found);
    expect(first.lanes).toEqual([0, 1, 2, 3]);
    expect(notes()).toEqual([]);
  });

  it('the first: all stop, with its sentence', async () => {
    await make(3);
    await ready(dozen, 100_000);
    const helped = listener.next('frame', (reply) => reply.lane === 2);
    pool.send({ kind: 'play', lab: 'a' });
    await helped;
    first.die();
    expect(helpers.map(({ ended }) => ended)).toEqual([true, true]);
    expect(listener.replies.at(-1)).toMatchObject({ kind: 'stopped' });
  });

  it('a lab that another takes the turn from: it rests, and its helpers go', async () => {
    const one = await alone(dozen.slice(0, 5), 60);
    await make(3);
    await ready(dozen.slice(0, 5), 60);
    await ready(dozen.slice(0, 2), 100_000, { lab: 'b' });
    const helped = listener.next('frame', (reply) => reply.lane === 2);
    pool.send({ kind: 'play', lab: 'a' });
    await helped;
    const rests = listener.state('paused', 'a');
    const goes = listener.next('frame', ({ lab, lane, frame }) => {
      return lab === 'b' && lane === 1 && frame.step > 0;
    });
    pool.send({ kind: 'play', lab: 'b' });
    expect((await rests).words).toContain('another lab on this page trains now');
    await goes;
    expect(helpers.slice(0, 2).map(({ ended }) => ended)).toEqual([true, true]);
    pool.send({ kind: 'close', lab: 'b' });
    await played();
    expect(found(dozen.slice(0, 5))).toEqual(one.found);
  });
});

it('on WebGPU there is one device, and one worker', async () => {
  const engine = new FakeEngine('webgpu');
  const start = () => Promise.reject(new Error('not asked for'));
  first = new TestWorker(moe);
  helpers = [];
  pool = pooled(engine, { most: 5, start });
  pool.send({ kind: 'ladder' });
  pool.send(request(dozen));
  pool.send({ kind: 'play', lab: 'a' });
  expect(engine.sent.slice(1)).toEqual([request(dozen), { kind: 'play', lab: 'a' }]);
});
