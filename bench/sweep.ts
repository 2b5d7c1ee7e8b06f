/**
 * What several small models cost beside one, where their shapes agree: side by side in one step, as
 * station 06 trains its mixtures, and one after another, as a sweep's lanes in turn. In the page of
 * bench/browser.mjs, which imports it for `npm run bench -- sweep`. And a sweep as a reader plays it,
 * over as many workers as the page thinks it has room for.
 */
import { engine } from '../src/engine/client';
import type { Reply, Request } from '../src/engine/protocol';
import { trainerFor } from '../src/engine/rungs/trainer-for';
import { resolveSettings } from '../src/lab/controls';
import { lanesOf } from '../src/lab/plans';
import twoMaps from '../src/labs/parrots/two-maps';
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

/** Station 12's two maps on WebAssembly, each model with so many steps: seconds from play to done. */
export async function whole(lastStep: number): Promise<{ seconds: number; atOnce: number }> {
  const pool = await engine();
  let atOnce = 1;
  const asked = async (request: Request, ends: (reply: Reply) => boolean) => {
    const answer = new Promise<void>((resolve, reject) => {
      const stop = pool.listen((reply) => {
        if (reply.kind === 'state') atOnce = Math.max(atOnce, reply.atOnce ?? 1);
        if (reply.kind === 'state' && reply.state === 'error') reject(new Error(reply.words));
        if (!ends(reply)) return;
        stop();
        resolve();
      });
    });
    pool.send(request);
    await answer;
  };
  const lab = 'sweep';
  const lanes = lanesOf(twoMaps, { settings: resolveSettings(twoMaps), seed: 1 });
  const experiment = twoMaps.experiment ?? '';
  const isIn = (state: string) => (reply: Reply) => reply.kind === 'state' && reply.state === state;
  await asked({ kind: 'ladder', rung: 'wasm', later: true }, ({ kind }) => kind === 'ladder');
  await asked({ kind: 'open', lab, experiment, lanes, order: 'in turn', lastStep }, isIn('paused'));
  const started = performance.now();
  await asked({ kind: 'play', lab }, isIn('done'));
  return { seconds: (performance.now() - started) / 1000, atOnce };
}
