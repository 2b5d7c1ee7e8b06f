/** Runs an experiment plainly: no engine, no capture, one step of TensorFlow.js after another. */
import moeBalance from '../../src/model/experiments/collapse/moe-balance';
import {
  numbersOf,
  type Session,
  type Settings,
  type TrainingExperiment,
} from '../../src/model/experiments/types';
import { settingsTable } from '../../src/model/settings';
import type { Params } from '../../src/model/types';
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
  let all = { ...defaults, ...settings };
  const given = experiment.defaultInputs?.(all) ?? {};
  let session: Session = experiment.start(all, seed, given);
  const inputs = Object.fromEntries(
    Object.entries(numbersOf(given)).map(([name, { shape, data }]) => [
      name,
      tf.tensor(data, shape),
    ]),
  );
  const rows: Record<string, number[]>[] = [];
  let state = session.state;
  for (let step = 0; step < steps; step++) {
    for (const { name, value } of changes.filter((change) => change.step === step)) {
      all = { ...all, [name]: value };
      session.dispose?.();
      session = experiment.start(all, seed, given);
      tf.dispose(session.state);
    }
    const next = tf.tidy(() => {
      const live = Object.fromEntries(
        session.live.map((name) => [name, tf.scalar(Number(all[name]))]),
      );
      const random = { seed, counter: tf.scalar(step, 'int32') };
      return session.step({ state, live, inputs, random });
    }) as { state: Params; metrics: Params };
    const row: Record<string, number[]> = {};
    for (const [name, value] of Object.entries(next.metrics)) row[name] = [...(await value.data())];
    rows.push(row);
    const kept = new Set(Object.values(next.state).map((tensor) => tensor.id));
    for (const old of Object.values(state)) if (!kept.has(old.id)) old.dispose();
    tf.dispose(next.metrics);
    state = next.state;
  }
  session.dispose?.();
  tf.dispose([state, inputs]);
  return rows;
}

/** The mixture of station 06 with its lab's learning rate and balance strength. */
export async function trainMixture(
  settings: Settings,
  seed: number,
  steps: number,
  changes: Change[] = [],
): Promise<{ load: number[][]; loss: number[] }> {
  const lab = { learningRate: 0.005, balanceStrength: 1, topK: 2 };
  const rows = await train(moeBalance, { ...lab, ...settings }, seed, steps, changes);
  return { load: rows.map((row) => row.load), loss: rows.map((row) => row.loss[0]) };
}

/** Mean share of each expert over the last rows. */
export function meanLoad(load: number[][], last: number): number[] {
  const rows = load.slice(-last);
  return rows[0].map((_, expert) => rows.reduce((sum, row) => sum + row[expert], 0) / rows.length);
}
