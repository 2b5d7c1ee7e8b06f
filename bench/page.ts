/**
 * Runs in one Chromium: a training step written in plain TensorFlow.js, and the same step
 * replayed by the engine, from the same seed. Their losses must agree.
 */
import { CapturedTrainer } from '../src/engine/captured';
import { EagerTrainer } from '../src/engine/eager';
import { webgpuBackend } from '../src/engine/internals';
import { liveValues, openSession } from '../src/engine/session';
import type { Trainer } from '../src/engine/trainer';
import moeBalance from '../src/model/experiments/moe-balance';
import { hyperparameters } from '../src/model/hyperparameters';
import * as tf from '../src/model/tf';
import type { Settings } from '../src/model/types';

export interface Row {
  name: string;
  msPerStep: number;
  jsMsPerStep: number;
  dispatches: number;
  stepsPerSubmit: number;
  losses: number[];
}

/** Steps compared between the ways of computing. */
const compared = 100;
const seed = 1;

const settings = Object.fromEntries(
  Object.entries(hyperparameters).map(([name, entry]) => [name, entry.default]),
) as Settings;

function start() {
  const opened = openSession(moeBalance, settings, seed);
  const { session, inputs } = opened;
  return { opened, work: { session, seed, live: liveValues(opened), inputs, step: 0 } };
}

/** Milliseconds per step, each number the median of the rounds. */
async function measure(name: string, trainer: Trainer, rounds: number, perSubmit: number) {
  const losses: number[] = [];
  const read = async () => {
    losses.push(...((await trainer.read(false)).metrics.loss?.data ?? []));
  };
  while (trainer.step < compared) {
    await trainer.advance(Math.min(perSubmit, compared - trainer.step), Infinity).done;
    await read();
  }
  const wall: number[] = [];
  const js: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    let inJs = 0;
    const from = trainer.step;
    let done: Promise<void> = Promise.resolve();
    while (trainer.step - from < Math.max(10, perSubmit)) {
      const before = performance.now();
      ({ done } = trainer.advance(perSubmit, Infinity));
      inJs += performance.now() - before;
    }
    await done;
    const steps = trainer.step - from;
    // Eager steps are only encoded so far: reading waits for the device.
    await read();
    wall.push((performance.now() - started) / steps);
    js.push(inJs / steps);
  }
  return {
    name,
    msPerStep: median(wall),
    jsMsPerStep: median(js),
    dispatches: trainer.dispatches,
    stepsPerSubmit: perSubmit,
    losses: losses.slice(0, compared),
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Dispatches of one eager step, counted at the encoder. */
async function countDispatches(trainer: Trainer): Promise<number> {
  const prototype = GPUComputePassEncoder.prototype;
  const original = prototype.dispatchWorkgroups;
  let count = 0;
  prototype.dispatchWorkgroups = function (...grid) {
    count++;
    return original.apply(this, grid);
  };
  trainer.advance(1, Infinity);
  prototype.dispatchWorkgroups = original;
  await trainer.read(false);
  return count;
}

async function run(quick: boolean): Promise<{ adapter: string; rows: Row[] }> {
  const rounds = quick ? 3 : 9;
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
  const rows: Row[] = [];

  const eager = start();
  const plain = new EagerTrainer(eager.work);
  const row = await measure('TensorFlow.js, WebGPU', plain, rounds, 1);
  rows.push({ ...row, dispatches: await countDispatches(plain) });
  plain.dispose();
  eager.opened.close();

  for (const perSubmit of [1, 20]) {
    const replayed = start();
    const trainer = await CapturedTrainer.of(webgpuBackend()!, replayed.work);
    rows.push(await measure('replay, WebGPU', trainer, rounds, perSubmit));
    trainer.dispose();
    replayed.opened.close();
  }
  const { info } = (await navigator.gpu.requestAdapter())!;

  await tf.loadBackend.wasm();
  await tf.setBackend('wasm');
  const wasm = start();
  const fallback = new EagerTrainer(wasm.work);
  rows.push(await measure('TensorFlow.js, WebAssembly', fallback, rounds, 1));
  fallback.dispose();
  wasm.opened.close();
  return { adapter: `${info.vendor} ${info.architecture}`, rows };
}

Object.assign(globalThis, { run });
