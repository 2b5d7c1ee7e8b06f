/** A sweep as the page has it: one run, whoever trained its models. */
import { effect } from '@preact/signals';
import { afterEach, expect, it } from 'vitest';
import { pooled } from '../../src/engine/pool/pool';
import { progressInWords, progressOf } from '../../src/lab/plans';
import { latest } from '../../src/lab/run';
import { LabStore } from '../../src/lab/store';
import type { LabDescription, Run } from '../../src/lab/types';
import moe from '../engine/fixtures/moe';
import { TestWorker } from '../engine/fixtures/workers';
import { controls, lab as example, recorded } from './example-lab';

const lab: LabDescription = {
  ...example,
  experiment: 'fixture',
  // Small: whose turn it is is tried here, and not what is computed.
  fixed: { learningRate: 0.01, topK: 2, points: 16, batch: 4 },
  plan: {
    kind: 'sweep',
    lastStep: 30,
    lanes: () =>
      [1, 2, 3, 4, 1, 2].map((topK, i) => ({
        name: `${i}`,
        label: `k = ${topK}`,
        settings: { experts: 4, topK, hidden: i < 3 ? 2 : 8 },
      })),
  },
  findings: (run) =>
    Object.fromEntries((run.lanes ?? []).map((lane) => [lane.name, latest(lane, 'loss')])),
  goals: undefined,
};

const stores: LabStore[] = [];
const workers: TestWorker[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await Promise.all(workers.splice(0).map(({ quiet }) => quiet));
});

function make(count: number) {
  const worker = () => {
    const made = new TestWorker(moe);
    workers.push(made);
    return made;
  };
  const first = worker();
  const engine = pooled(first, { most: count - 1, start: async () => worker() });
  const store = new LabStore({
    id: 'example',
    lab,
    controls,
    recorded: recorded(),
    loadEngine: async () => (count > 1 ? engine : first),
  });
  stores.push(store);
  void store.wake();
  return store;
}

const until = (test: () => boolean) =>
  new Promise<void>((resolve) => {
    const stop = effect(() => {
      if (test()) queueMicrotask(() => done());
    });
    const done = () => {
      stop();
      resolve();
    };
  });

async function played(store: LabStore): Promise<Run> {
  void store.player.play();
  await until(() => store.player.state.value === 'done');
  return store.run.value;
}

/** What a run says, but for when it was and how long it took. */
const facts = ({ id: _, started: __, ...run }: Run) => ({
  ...run,
  lanes: run.lanes!.map(({ seconds: _, keyframes, ...lane }) => ({
    ...lane,
    last: keyframes!.at(-1),
  })),
});

it('is the same run from one worker and from three', async () => {
  const one = await played(make(1));
  const three = await played(make(3));
  expect(one.lanes!.map(({ step }) => step)).toEqual([30, 30, 30, 30, 30, 30]);
  expect(Object.values(three.findings!).every(Number.isFinite)).toBe(true);
  expect(facts(three)).toEqual(facts(one));
});

it('says for how long, with so many at a time', async () => {
  const store = make(3);
  void store.player.play();
  await until(() => store.player.atOnce.value === 3);
  const run = {
    ...store.run.value,
    lanes: store.run.value.lanes!.map((lane, i) => ({
      ...lane,
      ...(i < 3 ? { step: 15, steps: [15], seconds: [6] } : { step: 0, steps: [], seconds: [] }),
    })),
  };
  // 135 of 180 steps are left, at 0.4 s each.
  expect(progressInWords(progressOf(run, 30, 1))).toBe('0 of 6, about 55 s left');
  expect(progressInWords(progressOf(run, 30, 3))).toBe('0 of 6, about 18 s left');
});

it('keeps the models that are done when it is cancelled, and ends the helpers', async () => {
  const store = make(3);
  void store.player.play();
  await until(() => progressOf(store.run.value, 30).done >= 2);
  store.player.cancel();
  const { done } = progressOf(store.run.value, 30);
  expect(done).toBeGreaterThanOrEqual(2);
  expect(store.run.value.lanes!.filter(({ step }) => step > 0)).toHaveLength(done);
  expect(workers.slice(1).every(({ ended }) => ended)).toBe(true);
});

it('tells a reader of a worker that was lost, and of nothing else', async () => {
  const one = await played(make(1));
  const store = make(3);
  void store.player.play();
  await until(() => store.player.atOnce.value === 3);
  workers.at(-1)!.die();
  await until(() => store.player.state.value === 'done');
  expect(store.notes.value).toEqual([
    'One of the workers was lost. The others train again what it had not finished.',
  ]);
  expect(facts(store.run.value)).toEqual(facts(one));
});
