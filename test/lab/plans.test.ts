/** What each plan asks of the engine, and how far it is: races, sweeps, tables, simulations. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Request } from '../../src/engine/protocol';
import { controlsOf } from '../../src/lab/controls';
import { kindsFor } from '../../src/lab/inputs';
import {
  aboutInWords,
  axesOf,
  canFollow,
  canShow,
  lanesOf,
  progressInWords,
  progressOf,
  verbOf,
} from '../../src/lab/plans';
import { lengthOf } from '../../src/lab/run';
import { LabStore } from '../../src/lab/store';
import type { LabDescription, Plan, PlannedLane } from '../../src/lab/types';
import { lab as example, members, recorded } from './example-lab';
import { FakeEngine } from './fake-engine';

let engine: FakeEngine;
const open: LabStore[] = [];
beforeEach(() => {
  engine = new FakeEngine();
});
afterEach(() => {
  for (const store of open.splice(0)) store.close();
});

const labWith = (plan: Plan, more: Partial<LabDescription> = {}): LabDescription => ({
  ...example,
  plan,
  findings: (run) => ({ lanes: run.lanes?.filter((lane) => lane.steps.length).length ?? 0 }),
  title: (_, { lanes }) => `${lanes ?? 0} lanes have rows`,
  describe: (run) => `${run.step} steps in all.`,
  goals: undefined,
  ...more,
});

const race = labWith({
  kind: 'race',
  lanes: ({ experts }): PlannedLane[] => [
    { name: 'dense', label: 'dense', settings: { experts: 1 } },
    { name: 'moe', label: `${experts} experts`, settings: {}, seed: 5 },
  ],
});
const sweep = labWith({
  kind: 'sweep',
  lastStep: 10,
  lanes: () =>
    [2, 4, 8].map((experts) => ({
      name: `${experts}`,
      label: `${experts} experts`,
      settings: { experts },
    })),
});

function make(lab: LabDescription, options: object = {}) {
  const store = new LabStore({
    id: 'example',
    lab,
    controls: controlsOf(lab, members),
    recorded: recorded(),
    loadEngine: async () => engine,
    ...options,
  });
  open.push(store);
  void store.wake();
  return store;
}
const opened = () =>
  engine.sent.find((request) => request.kind === 'open') as Request & { kind: 'open' };

describe('a race', () => {
  it('opens its lanes side by side, each with what it changes', async () => {
    await make(race).player.play();
    expect(opened()).toMatchObject({
      order: 'together',
      lastStep: 100,
      lanes: [
        { settings: { experts: 1, balancer: 'none' }, seed: 1, fixes: ['experts'] },
        { settings: { experts: 2, balancer: 'none' }, seed: 5, fixes: [] },
      ],
    });
  });

  it('grows lane by lane into one run, whose step counts them all', async () => {
    const store = make(race);
    await store.player.play();
    engine.say({ kind: 'facts', lab: 'example', lane: 1, facts: { flopsPerStep: 8 } });
    engine.train('example', 1, 6, { lane: 0, seconds: 3 });
    expect(store.run.value.lanes!.map(({ name, step }) => [name, step])).toEqual([
      ['dense', 6],
      ['moe', 0],
    ]);
    expect(store.told.title.value).toBe('1 lanes have rows');
    engine.train('example', 1, 4, { lane: 1 });
    const run = store.run.value;
    expect([run.step, lengthOf(run), run.origin]).toEqual([10, 6, 'here']);
    expect(run.lanes![1].facts).toEqual({ flopsPerStep: 8 });
    expect(run.lanes![0].seconds).toEqual([0.5, 1, 1.5, 2, 2.5, 3]);
    store.player.scrub(4);
    expect(store.shown.value.lanes!.map((lane) => lane.step)).toEqual([4, 4]);
  });

  it('offers an axis once all its lanes can be placed on it', async () => {
    const store = make(race);
    await store.player.play();
    engine.train('example', 1, 2, { lane: 0, seconds: 1 });
    engine.train('example', 1, 2, { lane: 1 });
    expect(axesOf(race)).toEqual(['steps', 'flops', 'seconds']);
    const can = () => axesOf(race).filter((axis) => canShow(store.run.value, axis));
    expect(can()).toEqual(['steps']);
    for (const lane of [0, 1])
      engine.say({ kind: 'facts', lab: 'example', lane, facts: { flopsPerStep: 8 } });
    expect(can()).toEqual(['steps', 'flops']);
    engine.train('example', 3, 4, { lane: 1, seconds: 2 });
    expect(can()).toEqual(['steps', 'flops', 'seconds']);
    expect(axesOf(example)).toEqual([]);
  });

  it('lets a setting follow as it runs where every lane does, else begins anew', async () => {
    const store = make(race);
    await store.player.play();
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 20, { lane: 0 });
    engine.train('example', 1, 20, { lane: 1 });
    store.set('balanceStrength', 0.1);
    expect(engine.kinds().at(-1)).toBe('set');
    expect(store.run.value.lanes!.map((lane) => lane.events)).toEqual([
      [{ step: 20, words: 'α: 0.1' }],
      [{ step: 20, words: 'α: 0.1' }],
    ]);
    engine.train('example', 21, 22, { lane: 0 });
    engine.say({ kind: 'refused', lab: 'example', words: 'Not with one expert.' });
    expect(store.run.value.lanes!.map((lane) => lane.events)).toEqual([[], []]);
    expect(store.run.value.lanes![0].step).toBe(22);
    expect(store.run.value.lanes![1].settings.balanceStrength).toBe(0.01);
    store.set('experts', 4);
    expect(engine.kinds().slice(-2)).toEqual(['restart', 'play']);
    const asked = (experts: number, strength: number) => ({
      settings: { experts, balanceStrength: strength },
      seed: 1,
    });
    const follows = (name: string, experts: number, strength: number) =>
      canFollow(race, asked(2, 0.1), name, asked(experts, strength));
    expect(follows('balanceStrength', 2, 0.2)).toBe(true);
    expect(follows('experts', 3, 0.1)).toBe(true);
    const fewer: LabDescription = {
      ...race,
      plan: {
        kind: 'race',
        lanes: ({ experts }) =>
          Array.from({ length: Number(experts) }, (_, i) => ({
            name: `${i}`,
            label: `${i}`,
            settings: {},
          })),
      },
    };
    expect(canFollow(fewer, asked(2, 0.1), 'experts', asked(3, 0.1))).toBe(false);
  });

  it('says in the address which axis it is read on', async () => {
    const store = make(race);
    expect(store.addressed().axis).toBeUndefined();
    store.axis.value = 'seconds';
    expect(store.addressed().axis).toBe('seconds');
  });
});

describe('a sweep', () => {
  it('trains its lanes in turn, at full speed, and tells how far it is', async () => {
    const store = make(sweep);
    await store.player.play();
    expect(opened()).toMatchObject({ order: 'in turn', lastStep: 10 });
    expect(engine.sent).toContainEqual({
      kind: 'speed',
      lab: 'example',
      stepsPerSecond: Infinity,
    });
    engine.train('example', 1, 10, { lane: 0, seconds: 4 });
    engine.train('example', 1, 5, { lane: 1, seconds: 2 });
    const progress = progressOf(store.run.value, 10);
    expect(progress).toMatchObject({ done: 1, of: 3, share: 0.5 });
    expect(progress.left).toBeCloseTo(6);
    expect(progressInWords(progress)).toBe('1 of 3, about 6 s left');
  });

  it('counts a lane that ended before its time as done', async () => {
    const store = make(sweep);
    await store.player.play();
    engine.train('example', 1, 4, { lane: 0, seconds: 4 });
    const end = { lane: 0, step: 4, end: 'diverged' as const, words: 'The loss is no number.' };
    engine.say({ kind: 'lane', lab: 'example', ...end });
    expect(store.run.value.lanes![0].ended).toEqual({
      how: 'diverged',
      words: 'The loss is no number.',
    });
    expect(progressOf(store.run.value, 10)).toMatchObject({ done: 1, of: 3, share: 1 / 3 });
  });

  it('keeps what is done when it is cancelled, and the run with it', async () => {
    const store = make(sweep);
    await store.player.play();
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 10, { lane: 0 });
    engine.train('example', 1, 5, { lane: 1 });
    store.player.cancel();
    expect(engine.kinds().at(-1)).toBe('close');
    const run = store.run.value;
    expect(run.lanes!.map(({ step, steps }) => [step, steps.length])).toEqual([
      [10, 10],
      [0, 0],
      [0, 0],
    ]);
    expect(run).toMatchObject({ step: 10, origin: 'here', findings: { lanes: 1 } });
    expect(store.player.state.value).toBe('idle');
    expect(store.spoken.value).toBe('Stopped; what was done is kept. 10 steps in all.');
    expect(store.finished().map(({ id }) => id)).toEqual([run.id]);
    await store.player.play();
    expect(engine.kinds().slice(-3)).toEqual(['open', 'speed', 'play']);
  });

  it('finds anew what a run has come to that was paused and went on', async () => {
    const store = make(sweep);
    await store.player.play();
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 10, { lane: 0 });
    store.player.pause();
    engine.state('example', 'paused', 'Paused.');
    expect(store.run.value.findings).toEqual({ lanes: 1 });
    await store.player.play();
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 10, { lane: 1 });
    expect(store.told.title.value).toBe('2 lanes have rows');
    engine.train('example', 1, 10, { lane: 2 });
    engine.state('example', 'done', 'Done.');
    expect(store.run.value.findings).toEqual({ lanes: 3 });
  });

  it('begins anew with other settings: what is half done would lie', async () => {
    const store = make(sweep);
    await store.player.play();
    engine.state('example', 'running', 'Training.');
    engine.train('example', 1, 5, { lane: 0 });
    store.set('balanceStrength', 0.1);
    expect(engine.kinds().slice(-2)).toEqual(['restart', 'play']);
  });

  it.each([
    [0.4, 'less than a second'],
    [12.4, 'about 12 s'],
    [61, 'about 60 s'],
    [170, 'about 3 min'],
  ])('speaks of %d seconds as %s', (seconds, words) => {
    expect(aboutInWords(seconds)).toBe(words);
  });

  it('says no time before there is a pace, nor when all is done', () => {
    expect(progressInWords({ done: 0, of: 24, share: 0 })).toBe('0 of 24');
    expect(progressInWords({ done: 24, of: 24, share: 1, left: 0 })).toBe('24 of 24');
  });
});

describe('a table', () => {
  const table = labWith(
    {
      kind: 'table',
      takes: { numbers: 'numbers' },
      compute({ experts }, { numbers }) {
        if (Number(experts) > 8) throw new Error('More than 8 experts do not fit the page.');
        const given = numbers && 'data' in numbers ? numbers.data[0] : 1;
        return {
          facts: { product: Number(experts) * given },
          metrics: { products: [[Number(experts) * given]] },
          probes: {},
        };
      },
    },
    {
      experiment: undefined,
      findings: (run) => ({ product: Number(run.facts?.product) }),
      title: (_, { product }) => `The product is ${product}`,
      describe: (_, { product }) => `It is ${product}.`,
    },
  );
  const numbers = (x: number) => ({ numbers: { shape: [1], data: Float32Array.of(x) } });

  it('is there at once, follows settings and inputs, and asks no engine', async () => {
    const load = vi.fn(async () => engine);
    const store = make(table, {
      recorded: undefined,
      takes: { numbers: 'numbers' },
      kinds: await kindsFor({ numbers: 'numbers' }),
      loadEngine: load,
    });
    expect(store.told.title.value).toBe('The product is 2');
    store.set('experts', 4);
    expect(store.told.title.value).toBe('The product is 4');
    expect(store.spoken.value).toBe('It is 4.');
    store.setInputs(numbers(10));
    expect(store.told.title.value).toBe('The product is 40');
    await store.player.prepare();
    expect(load).not.toHaveBeenCalled();
    expect(store.finished()).toEqual([]);
  });

  it('stays as it was where it is refused, and says why', () => {
    const store = make(table, { recorded: undefined });
    store.set('experts', 16);
    expect(store.notes.value).toEqual(['More than 8 experts do not fit the page.']);
    expect(store.told.title.value).toBe('The product is 2');
    store.set('experts', 3);
    expect(store.notes.value).toEqual([]);
    expect(store.told.title.value).toBe('The product is 3');
  });
});

describe('a simulation', () => {
  it('is played as one run, and runs rather than trains', async () => {
    const store = make(labWith({ kind: 'simulate' }));
    await store.player.play();
    expect(opened().lanes).toHaveLength(1);
    expect([verbOf(store.plan), verbOf({ kind: 'one' })]).toEqual(['runs', 'trains']);
  });
});

it('has one lane where the plan is one run', () => {
  const asked = { settings: { experts: 2 }, seed: 3 };
  expect(lanesOf(example, asked)).toEqual([asked]);
});

describe('notes', () => {
  it('of an address outlast a table that follows what is set', async () => {
    const lab = labWith({ kind: 'table', compute: () => ({ metrics: {}, probes: {} }) });
    const store = make(lab, { recorded: undefined });
    const address = { settings: {}, seed: 1, inputs: {}, hide: [], lock: [] };
    await store.wake({ ...address, words: ['topK=99 in the address is more than 8.'] });
    store.set('experts', 3);
    expect(store.notes.value).toEqual(['topK=99 in the address is more than 8.']);
  });
});
