/** How recorded runs are made, plan by plan: what is kept of whom, and what is refused. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { kept } from '../../scripts/recorder/kept';
import { modelFor } from '../../scripts/recorder/models';
import { perform } from '../../scripts/recorder/perform';
import { recordingsOf, seedsOf } from '../../src/lab/recordings';
import { compact } from '../../src/lab/run';
import type { LabDescription, Recording, RunData } from '../../src/lab/types';
import type { Experiment, SimulatingExperiment } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';

/** A weight that goes to a target; it explodes at a rate above 2, and answers what it is. */
const weight: Experiment = {
  name: 'weight',
  reads: ['learningRate', 'hidden'],
  takes: { from: 'model' },
  metrics: { loss: { label: 'loss' } },
  start(settings, seed, inputs) {
    const from = inputs.from && 'model' in inputs.from ? inputs.from.model.weights.w.data[0] : 0;
    return {
      state: { w: tf.scalar(from + seed) },
      live: ['learningRate'],
      facts: { parameters: 1, hidden: Number(settings.hidden) },
      step: ({ state, live }) =>
        tf.tidy(() => ({
          state: { w: tf.sub(state.w, tf.mul(state.w, live.learningRate)) },
          metrics: { loss: tf.square(state.w) },
        })),
      probes: { w: ({ state }) => tf.clone(state.w) },
      acts: {
        say: async ({ state, live }, { word }) =>
          `${word} ${(await state.w.data())[0].toFixed(3)} at ${(await live.learningRate.data())[0]}`,
      },
      model: async ({ state }) => ({
        form: 'weight',
        about: {},
        weights: { w: { shape: [], data: Float32Array.from(await state.w.data()) } },
      }),
    };
  },
};

/** A queue that grows by its rate and is empty again after five steps, when it is over. */
const queue: SimulatingExperiment = {
  name: 'queue',
  reads: ['learningRate', 'hidden'],
  metrics: { waiting: { label: 'waiting' }, each: { label: 'by server' } },
  simulate(settings, seed) {
    let waiting = seed;
    return {
      facts: { servers: Number(settings.hidden) },
      live: ['learningRate'],
      lastStep: 5,
      step({ learningRate }) {
        waiting += learningRate;
        return { waiting, each: [waiting, -waiting] };
      },
      probes: () => ({ now: { shape: [1], data: Float32Array.of(waiting) } }),
      acts: { say: ({ word }) => `${word} ${waiting}` },
    };
  },
};

vi.mock('../../src/model/experiments', () => ({
  loadExperiment: async (name: string) => ({ weight, queue })[name],
}));

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

const base: LabDescription = {
  name: 'example',
  experiment: 'weight',
  title: () => '',
  caption: '',
  controls: { learningRate: { default: 0.5, max: 10 }, hidden: { default: 4 } },
  views: [],
  lastStep: 8,
  describe: () => '',
  findings: () => ({}),
  recorded: { default: {} },
};
const record = (lab: Partial<LabDescription>, wishes = {}, variant = 'default') => {
  const whole = { ...base, ...lab };
  return perform(whole, recordingsOf(whole)[variant], wishes);
};
const asks = {
  word: {
    act: 'say',
    every: 1000,
    with: ({ hidden }: object & { hidden?: unknown }) => ({ word: String(hidden) }),
  },
};

describe('one model', () => {
  it('is recorded with facts, rows, probes and answers', async () => {
    const { run, model } = await record({ asks });
    expect(run).toMatchObject({ step: 8, steps: [1, 2, 3, 4, 5, 6, 7, 8], seed: 1 });
    expect(run.facts).toEqual({ parameters: 1, hidden: 4 });
    expect(run.metrics.loss[3][0]).toBeCloseTo(1 / 64, 6);
    expect(run.answers).toEqual({ word: '4 0.004 at 0.5' });
    // After the first step, and at four places after it.
    expect(
      run.keyframes
        ?.filter(({ answers }) => answers)
        .map(({ step, answers }) => [step, answers?.word]),
    ).toEqual([
      [1, '4 0.500 at 0.5'],
      [2, '4 0.250 at 0.5'],
      [4, '4 0.063 at 0.5'],
      [6, '4 0.016 at 0.5'],
      [8, '4 0.004 at 0.5'],
    ]);
    expect(model).toBeUndefined();
  });

  it('takes its first steps again as they were', async () => {
    const whole = await record({ asks });
    const start = await record({ asks }, { steps: 3 });
    expect(start.run.step).toBe(3);
    expect(start.run.metrics.loss).toEqual(whole.run.metrics.loss.slice(0, 3));
    // Where it is broken off it answers nothing that the whole run does not.
    const early = whole.run.keyframes?.filter(({ step }) => step <= 3);
    expect(early?.filter(({ answers }) => answers)).toHaveLength(2);
    expect(start.run.keyframes).toEqual(early);
  });

  it('changes on the way, live or not, and its questions know', async () => {
    const recorded = {
      default: {
        settings: {},
        changes: [
          { step: 2, name: 'learningRate', value: 0.1 },
          { step: 4, name: 'hidden', value: 6 },
        ],
      },
    };
    const { run } = await record({ asks, recorded });
    expect(run.settings).toEqual({ learningRate: 0.1, hidden: 6 });
    expect(run.facts?.hidden).toBe(6);
    expect(run.events.map(({ step }) => step)).toEqual([2, 4]);
    expect(run.answers?.word).toBe(`6 ${(0.25 * 0.9 ** 6).toFixed(3)} at ${Math.fround(0.1)}`);
    await expect(
      record({
        recorded: { default: { settings: {}, changes: [{ step: 2, name: 'topK', value: 1 }] } },
      }),
    ).rejects.toThrow('Lab example records a change of topK, which it cannot set.');
  });

  it('ends where its loss is no longer a number', async () => {
    const { run } = await record({ lastStep: 400, recorded: { default: { learningRate: 9 } } });
    expect(run.step).toBeLessThan(100);
    expect(run.metrics.loss.at(-1)?.[0]).not.toBeLessThan(Infinity);
  });

  it('is asked only what it can be asked', async () => {
    await expect(record({ asks: { word: { act: 'sing', every: 1000 } } })).rejects.toThrow(
      'Lab example, word: This model cannot be asked to sing; it can be asked to say.',
    );
  });
});

describe('a model that another lab trained', () => {
  it('is handed over as the one input that takes it', async () => {
    const { model } = await record({}, { wantsModel: true });
    expect(model?.form).toBe('weight');
    const { run } = await record({}, { model });
    expect(run.metrics.loss[0][0]).toBeCloseTo((1 + 0.5 ** 8) ** 2, 6);
  });

  it('is kept in a file, and trained again only where its recording has changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchyard-models-'));
    const trained = vi.spyOn(console, 'log').mockImplementation(() => {});
    const take = (settings: object, variant?: string) =>
      modelFor({ lab: 'example', variant }, folder, async () => ({
        ...base,
        recorded: { default: { settings, lastStep: 8 } as Recording },
      }));
    const first = await take({});
    expect(Array.from(first.weights.w.data)).toEqual([2 ** -8]);
    expect(existsSync(join(folder, 'example', 'default.safetensors'))).toBe(true);
    expect(trained.mock.calls.flat()[0]).toBe(
      'The model of example/default is trained first: 8 steps.',
    );
    trained.mockClear();
    expect(await take({})).toEqual(first);
    expect(trained).not.toHaveBeenCalled();
    const other = await take({ learningRate: 0.25 });
    expect(other.weights.w.data[0]).toBeCloseTo(0.75 ** 8, 3);
    expect(trained).toHaveBeenCalled();
    trained.mockRestore();
    await expect(take({}, 'large')).rejects.toThrow(
      'Lab example records no run large, whose model is asked for; it records default.',
    );
  });

  it('is trained with another seed where that is asked for, and kept apart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchyard-models-'));
    const trained = vi.spyOn(console, 'log').mockImplementation(() => {});
    const take = (seed: number) =>
      modelFor(
        { lab: 'example', eachSeed: true },
        folder,
        async () => ({
          ...base,
          recorded: { default: { settings: {}, lastStep: 8 } as Recording },
        }),
        seed,
      );
    expect(Array.from((await take(1)).weights.w.data)).toEqual([2 ** -8]);
    expect(Array.from((await take(3)).weights.w.data)).toEqual([3 * 2 ** -8]);
    expect(existsSync(join(folder, 'example', 'default.safetensors'))).toBe(true);
    expect(existsSync(join(folder, 'seed-3', 'example', 'default.safetensors'))).toBe(true);
    trained.mockClear();
    await take(3);
    expect(trained).not.toHaveBeenCalled();
    trained.mockRestore();
  });

  it('goes to who takes one', async () => {
    const { model } = await record({}, { wantsModel: true });
    await expect(
      record({ experiment: 'queue', plan: { kind: 'simulate' } }, { model }),
    ).rejects.toThrow('The experiment queue takes no model; a recording hands it exactly one.');
    await expect(
      record({ experiment: 'queue', plan: { kind: 'simulate' } }, { wantsModel: true }),
    ).rejects.toThrow('Lab example: This lab trains nothing that another lab could take.');
  });
});

const lanes = (settings: object) =>
  [2, 3].map((hidden) => ({
    name: `h${hidden}`,
    label: `${hidden} units`,
    settings: { hidden, ...(hidden === 3 && { learningRate: 9 }) },
    ...settings,
  }));

describe.each(['race', 'sweep'] as const)('a %s', (kind) => {
  const plan = { kind, lanes: () => lanes({}) };

  it('is one run with a lane for each model', async () => {
    const { run } = await record({ plan, asks });
    expect(run).toMatchObject({ step: 16, steps: [], settings: { hidden: 4, learningRate: 0.5 } });
    expect(
      run.lanes?.map(({ name, label, settings, facts, step }) => [
        name,
        label,
        settings,
        facts,
        step,
      ]),
    ).toEqual([
      ['h2', '2 units', { hidden: 2, learningRate: 0.5 }, { parameters: 1, hidden: 2 }, 8],
      ['h3', '3 units', { hidden: 3, learningRate: 9 }, { parameters: 1, hidden: 3 }, 8],
    ]);
    for (const { seconds, steps, answers } of run.lanes ?? []) {
      expect(seconds?.length).toBe(steps.length);
      expect(seconds).toEqual(seconds?.toSorted((a, b) => a - b));
      expect(seconds?.[0]).toBeGreaterThan(0);
      expect(answers?.word).toBeDefined();
    }
  });

  it('goes on where a lane diverges', async () => {
    const { run } = await record({ plan, lastStep: 200 });
    const [fine, wild] = run.lanes ?? [];
    expect(fine.step).toBe(200);
    expect(wild.step).toBeLessThan(200);
    expect(run.step).toBe(fine.step + wild.step);
  });

  it('gives no model: there are several', async () => {
    await expect(record({ plan }, { wantsModel: true })).rejects.toThrow(
      'Lab example trains several models; another lab can take one only.',
    );
  });
});

it('a sweep may take fewer steps than the lab', () => {
  const plan = { kind: 'sweep' as const, lanes: () => lanes({}), lastStep: 3 };
  expect(recordingsOf({ ...base, plan }).default.lastStep).toBe(3);
});

describe('a simulation', () => {
  const lab = { experiment: 'queue', plan: { kind: 'simulate' as const }, asks };

  it('is replayed to its own end', async () => {
    const { run } = await record(lab);
    expect(run).toMatchObject({ step: 5, facts: { servers: 4 }, answers: { word: '4 3.5' } });
    expect(run.metrics.waiting.map(([n]) => n)).toEqual([1.5, 2, 2.5, 3, 3.5]);
    expect(run.metrics.each[4]).toEqual([3.5, -3.5]);
    expect(Array.from(run.probes.now.data)).toEqual([3.5]);
  });

  it('looks up its live settings on the way, and is replayed with others', async () => {
    const change = (name: string, value: number) => ({
      ...lab,
      recorded: { default: { settings: {}, changes: [{ step: 2, name, value }] } },
    });
    const { run } = await record(change('learningRate', 0.25));
    expect(run.metrics.waiting.map(([n]) => n)).toEqual([1.5, 2, 2.25, 2.5, 2.75]);
    const replayed = (await record(change('hidden', 5))).run;
    expect(replayed.metrics.waiting.map(([n]) => n)).toEqual([1.5, 2, 2.5, 3, 3.5]);
    expect(replayed).toMatchObject({ facts: { servers: 5 }, settings: { hidden: 5 } });
  });
});

it('a table is computed at once, and has one seed', async () => {
  const lab: Partial<LabDescription> = {
    experiment: undefined,
    plan: {
      kind: 'table',
      compute: ({ hidden }) => ({
        facts: { parameters: Number(hidden) },
        metrics: { size: [[1], [2]] },
        probes: {},
      }),
    },
  };
  expect(recordingsOf({ ...base, ...lab }).default.seeds).toBe(1);
  const { run } = await record(lab);
  expect(run).toMatchObject({
    facts: { parameters: 4 },
    steps: [1, 2],
    metrics: { size: [[1], [2]] },
  });
  expect(Object.keys(run)).not.toContain('origin');
});

describe('seeds', () => {
  it('are the recording’s own and the smallest others', () => {
    expect(recordingsOf(base).default).toMatchObject({ seed: 1, seeds: 8 });
    expect(seedsOf({ seed: 1, seeds: 3 })).toEqual([1, 2, 3]);
    expect(seedsOf({ seed: 2, seeds: 3 })).toEqual([2, 1, 3]);
    expect(seedsOf({ seed: 44, seeds: 3 })).toEqual([44, 1, 2]);
    expect(seedsOf({ seed: 5, seeds: 1 })).toEqual([5]);
  });
});

describe('a file', () => {
  const rows = (count: number, width: number): RunData => ({
    settings: {},
    seed: 1,
    step: count,
    steps: Array.from({ length: count }, (_, i) => i + 1),
    metrics: { load: Array.from({ length: count }, (_, i) => Array(width).fill(i)) },
    probes: { big: { shape: [9, 100], data: Array(900).fill(1) } },
    events: [],
    keyframes: Array.from({ length: 40 }, (_, i) => ({
      step: (i + 1) * (count / 40),
      probes: { map: { shape: [500], data: Array(500).fill(i) } },
      answers: { text: 'x'.repeat(60), long: 'x'.repeat(9000) },
    })),
  });
  const numbersIn = (run: RunData) => run.steps.length * (run.metrics.load[0]?.length ?? 0);

  it('keeps so many numbers, however wide a run is', () => {
    const narrow = kept(rows(600, 2));
    expect(narrow.steps.length).toBeGreaterThan(60);
    expect(narrow.steps.length).toBeLessThanOrEqual(240);
    const wide = kept(rows(600, 100));
    expect(numbersIn(wide)).toBeLessThanOrEqual(12_000);
    expect(wide.steps.at(-1)).toBe(600);
    expect(wide.keyframes?.length).toBeLessThanOrEqual(24);
    expect(wide.keyframes?.at(-1)?.step).toBe(600);
    expect(wide.probes.big.data.length).toBe(900);
  });

  it('shares them out among lanes', () => {
    const lane = rows(600, 10);
    const lanes = Array.from({ length: 20 }, (_, i) => ({ ...lane, name: `${i}`, label: `${i}` }));
    const run = kept({ ...rows(1, 0), lanes });
    const all = run.lanes ?? [];
    expect(all.length).toBe(20);
    expect(all.reduce((sum, each) => sum + numbersIn(each), 0)).toBeLessThanOrEqual(12_000);
    for (const each of all) {
      expect(each.steps.at(-1)).toBe(600);
      expect(each.keyframes?.length).toBeLessThanOrEqual(3);
    }
  });

  it('keeps short answers on the way, and long ones at the end only', () => {
    const run = compact({ ...rows(40, 1), answers: { long: 'x'.repeat(9000) } });
    expect(run.keyframes?.[0].answers).toEqual({ text: 'x'.repeat(60) });
    expect(run.answers?.long).toHaveLength(9000);
    const { lanes: [lane] = [] } = compact({
      ...rows(1, 0),
      lanes: [{ ...rows(40, 1), name: 'a', label: 'a' }],
    });
    expect(lane.keyframes?.[0].answers).toEqual({ text: 'x'.repeat(60) });
  });
});
