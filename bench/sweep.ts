/**
 * What several small models cost beside one, where their shapes agree: side by side in one step, as
 * station 06 trains its mixtures, and one after another, as a sweep's lanes in turn. In the page of
 * bench/browser.mjs, which imports it for `npm run bench -- sweep`.
 */
import { trainerFor } from '../src/engine/rungs/trainer-for';
import sideBySide from '../src/model/experiments/collapse/balance-sweep';
import alone from '../src/model/experiments/collapse/moe-balance';
import { openSession } from '../src/model/experiments/session';
import { workOf } from '../src/model/experiments/train';
import type { Settings, TrainingExperiment } from '../src/model/experiments/types';
import { settingsTable } from '../src/model/settings';
import * as tf from '../src/tensor/tf';

const settings = {
  ...Object.fromEntries(
    Object.entries(settingsTable).map(([name, entry]) => [name, entry.default]),
  ),
  router: 'softmax-top-k-renormalised',
  balancer: 'switch',
} as Settings;

const steps = 20;

export interface SweepRow {
  models: number;
  stepMs: number;
  /** GPU commands of a step; 0 off the GPU. */
  dispatches: number;
}

/**
 * Of one model, and of the seven side by side: the quickest of the rounds, which are taken in turn.
 * Whatever else the machine does only adds to it.
 */
export async function sweep(rung: 'webgpu' | 'wasm', rounds: number): Promise<SweepRow[]> {
  await tf.loadBackend[rung]();
  await tf.setBackend(rung);
  const runs = [];
  for (const { experiment, models } of [
    { experiment: alone as TrainingExperiment, models: 1 },
    { experiment: sideBySide as TrainingExperiment, models: 7 },
  ]) {
    const opened = openSession(experiment, settings, 1);
    const { trainer } = await trainerFor(workOf(opened));
    await trainer.advance(steps, Number.POSITIVE_INFINITY).done;
    runs.push({ models, opened, trainer, took: [] as number[] });
  }
  for (let round = 0; round < rounds; round++)
    for (const { trainer, took } of runs) {
      const started = performance.now();
      await trainer.advance(steps, Number.POSITIVE_INFINITY).done;
      await trainer.read(false);
      took.push((performance.now() - started) / steps);
    }
  return runs.map(({ models, opened, trainer, took }) => {
    const { dispatches } = trainer;
    trainer.dispose();
    opened.close();
    return { models, stepMs: Math.min(...took), dispatches };
  });
}
