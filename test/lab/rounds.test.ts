/**
 * Three dozen rounds of play, changes, rests and starts anew, page and engine together: what is
 * there afterwards is what was there after the first dozen. `npm run bench -- memory` does the same
 * for ten minutes in a browser.
 */
import { effect } from '@preact/signals';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reply } from '../../src/engine/protocol';
import { Host } from '../../src/engine/worker/host';
import { resolveSettings } from '../../src/lab/controls';
import type { Engine } from '../../src/lab/engine';
import { mostKeyframes, mostRows } from '../../src/lab/run';
import { LabStore } from '../../src/lab/store';
import collapse from '../../src/labs/collapse/collapse';
import experiment from '../../src/model/experiments/collapse/moe-balance';
import * as tf from '../../src/tensor/tf';
import { fairClock } from '../engine/fixtures/clock';
import { controls, lab, recorded } from './example-lab';

/** More than a run keeps rows. */
const lastStep = mostRows + 100;

const hearers = new Set<(reply: Reply) => void>();
const host = new Host({
  post: (reply) => {
    for (const hear of [...hearers]) hear(reply);
  },
  experiment: async () => experiment,
  clock: fairClock(),
});
const engine: Engine = {
  send: (request) =>
    void host.handle(request.kind === 'ladder' ? { kind: 'ladder', rung: 'wasm' } : request),
  listen(hear) {
    hearers.add(hear);
    return () => hearers.delete(hear);
  },
};
/** What the example's controls do not set. */
const defaults = { ...resolveSettings(collapse), ...resolveSettings(lab), topK: 1 };
const store = new LabStore({
  id: 'example',
  lab: { ...lab, lastStep, fixed: defaults },
  controls,
  recorded: recorded(),
  loadEngine: async () => engine,
});
const { player } = store;

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
const trains = (steps: number) =>
  until(() => player.state.value === 'running' && store.run.value.step >= steps);
const rests = () => until(() => player.state.value === 'paused');

async function round(i: number): Promise<void> {
  void player.play();
  await trains(3);
  store.set('balancer', i % 2 ? 'none' : 'switch');
  store.set('balanceStrength', i % 2 ? 0.1 : 0.2);
  await trains(5);
  player.pause();
  await rests();
  void player.chooseRung(i % 2 ? undefined : 'wasm');
  await rests();
  store.setSeed(i + 2);
  await until(() => player.state.value === 'paused' && store.run.value.seed === i + 2);
}

/** What may stand at rest; rows are counted apart, since rounds are of different lengths. */
const count = () => ({
  tensors: tf.memory().numTensors,
  hearers: hearers.size,
  runs: store.history.own.value.length,
});

beforeAll(async () => {
  await store.wake();
});
afterAll(() => store.close());

it('36 rounds leave as many tensors, hearers and runs as 12', async () => {
  for (let i = 0; i < 12; i++) await round(i);
  const before = count();
  for (let i = 12; i < 36; i++) await round(i);
  expect(count()).toEqual(before);
});

it('a run of any length, and those behind it, keep a bounded number of rows', async () => {
  player.setSpeed(Number.POSITIVE_INFINITY);
  void player.play();
  await until(() => player.state.value === 'done');
  const { steps, metrics, keyframes } = store.run.value;
  expect(steps.at(-1)).toBe(lastStep);
  expect(steps.length).toBeLessThanOrEqual(mostRows);
  expect(metrics.loss).toHaveLength(steps.length);
  expect(keyframes!.length).toBeLessThanOrEqual(mostKeyframes);
  void player.restart('rest');
  await rests();
  const past = store.history.own.value.map((run) => run.steps.length);
  expect(past.length).toBeLessThanOrEqual(8);
  expect(Math.max(...past)).toBeLessThanOrEqual(200);
});
