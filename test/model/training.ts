/** Runs an experiment plainly: no engine, no capture, one step of TensorFlow.js after another. */
import moeBalance from '../../src/model/experiments/collapse/moe-balance';
import {
  type Checkpoint,
  carryOver,
  type Made,
  openSession,
} from '../../src/model/experiments/session';
import { change, Training, workOf } from '../../src/model/experiments/train';
import type { Settings, TrainingExperiment } from '../../src/model/experiments/types';
import { settingsTable } from '../../src/model/settings';
import * as tf from '../../src/tensor/tf';

export const defaults: Settings = Object.fromEntries(
  Object.entries(settingsTable).map(([name, entry]) => [name, entry.default]),
);

export interface Change {
  step: number;
  name: string;
  value: string | number;
}

/** Metrics of each step. A change of a setting keeps the state, as the engine does. */
export async function train(
  experiment: TrainingExperiment,
  settings: Settings,
  seed: number,
  steps: number,
  changes: Change[] = [],
) {
  const begin = (made: Pick<Made, 'settings'> & Partial<Made>, from?: Checkpoint) => {
    const opened = openSession(experiment, made.settings, seed, made.inputs);
    if (from) carryOver(opened, from.state);
    return { opened, trainer: new Training(workOf(opened, from?.step)) };
  };
  let run = begin({ settings: { ...defaults, ...settings } });
  const rows: Record<string, number[]>[] = [];
  for (let step = 0; step < steps; step++) {
    for (const { name, value } of changes.filter((one) => one.step === step))
      run = await change(run, name, value, begin);
    const metrics = run.trainer.take();
    const row: Record<string, number[]> = {};
    for (const [name, value] of Object.entries(metrics)) row[name] = [...(await value.data())];
    rows.push(row);
    tf.dispose(metrics);
  }
  run.trainer.dispose();
  run.opened.close();
  return rows;
}

/** The mixture of station 06 with its lab's learning rate and balance strength. */
export async function trainMixture(
  settings: Settings,
  seed: number,
  steps: number,
  changes: Change[] = [],
): Promise<{ load: number[][]; loss: number[] }> {
  const lab = { learningRate: 0.01, balanceStrength: 1, topK: 2 };
  const rows = await train(moeBalance, { ...lab, ...settings }, seed, steps, changes);
  return { load: rows.map((row) => row.load), loss: rows.map((row) => row.loss[0]) };
}

/** Mean share of each expert over the last rows. */
export function meanLoad(load: number[][], last: number): number[] {
  const rows = load.slice(-last);
  return rows[0].map((_, expert) => rows.reduce((sum, row) => sum + row[expert], 0) / rows.length);
}
