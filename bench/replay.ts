/**
 * The step of station 06 taken plainly and replayed, from the same seed: what the engine saves of
 * JavaScript, and that it changes no number. Runs in a worker of its own.
 */
import { CapturedTrainer } from '../src/engine/capture/captured';
import { EagerTrainer } from '../src/engine/rungs/eager';
import type { Trainer } from '../src/engine/trainer';
import moeBalance from '../src/model/experiments/collapse/moe-balance';
import { openSession } from '../src/model/experiments/session';
import { workOf } from '../src/model/experiments/train';
import type { Settings } from '../src/model/experiments/types';
import { settingsTable } from '../src/model/settings';
import { webgpuBackend } from '../src/tensor/internals';
import * as tf from '../src/tensor/tf';

export interface ReplayRow {
  way: 'eager' | 'replayed';
  stepMs: number;
  jsMs: number;
  losses: number[];
}

const seed = 1;
/** Replayed steps of one submission. */
const perSubmit = 20;

const settings = Object.fromEntries(
  Object.entries(settingsTable).map(([name, entry]) => [name, entry.default]),
) as Settings;

/** Losses of the first `compared` steps, then `rounds` of 20 steps. */
async function measure(trainer: Trainer, compared: number, rounds: number, several: number) {
  const losses: number[] = [];
  while (trainer.step < compared) {
    const count = Math.min(several, compared - trainer.step);
    await trainer.advance(count, Number.POSITIVE_INFINITY).done;
    losses.push(...(await trainer.read(false)).metrics.loss.data);
  }
  const wall: number[] = [];
  const js: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    trainer.advance(perSubmit, Number.POSITIVE_INFINITY);
    js.push((performance.now() - started) / perSubmit);
    await trainer.read(false);
    wall.push((performance.now() - started) / perSubmit);
  }
  // Of JavaScript the least: whatever else the machine does only adds to it.
  return { stepMs: median(wall), jsMs: Math.min(...js), losses };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function run(compared: number, rounds: number): Promise<ReplayRow[]> {
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
  const rows: ReplayRow[] = [];
  for (const way of ['eager', 'replayed'] as const) {
    const opened = openSession(moeBalance, settings, seed);
    const work = workOf(opened);
    const trainer =
      way === 'eager' ? new EagerTrainer(work) : await CapturedTrainer.of(webgpuBackend()!, work);
    rows.push({ way, ...(await measure(trainer, compared, rounds, perSubmit)) });
    trainer.dispose();
    opened.close();
  }
  return rows;
}

addEventListener('message', ({ data }: MessageEvent<{ compared: number; rounds: number }>) => {
  run(data.compared, data.rounds).then(
    (rows) => postMessage({ rows }),
    (error) => postMessage({ error: String(error) }),
  );
});
