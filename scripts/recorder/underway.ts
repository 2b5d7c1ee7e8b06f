/** One session under way, trained or replayed step by step, and the run that it has made so far. */

import { controlsOf } from '../../src/lab/controls';
import { members } from '../../src/lab/members';
import { remarked } from '../../src/lab/remarks';
import { answered, mostKeyframes } from '../../src/lab/run';
import type { LabDescription, Recording, RunData } from '../../src/lab/types';
import type {
  Facts,
  Inputs,
  Model,
  Plain,
  Settings,
  SettingValue,
} from '../../src/model/experiments/types';

/** What one lane of a recording is. */
export interface Route {
  lab: LabDescription;
  settings: Settings;
  seed: number;
  inputs?: Inputs;
  changes: NonNullable<Recording['changes']>;
  /** Of the recording: keyframes and questions are spread over it. */
  lastStep: number;
  /** Where to stop: earlier than the last step in a test that takes only the first ones again. */
  steps: number;
}

export interface Underway {
  run: RunData;
  /** Seconds spent in steps, up to each step taken. */
  seconds: number[];
  /** True after the last step, and where the run diverged. */
  over: boolean;
  step(): Promise<void>;
  /** The trained model. Throws a sentence where the session gives none. */
  model(): Promise<Model>;
  close(): void;
}

/** A recording says nothing about speed. */
export const speed = {
  stepsPerSecond: 0,
  msPerStep: 0,
  jsMsPerStep: 0,
  dispatches: 0,
  captured: false,
};

/** The standing questions are asked after the first step and at so many places after it. */
const questions = 4;

/** The steps after which probes are read, and after which the lab's questions are asked. */
export function stopsOf({ changes, lastStep }: Route) {
  const spread = (count: number) =>
    Array.from({ length: count }, (_, i) => Math.round((lastStep * (i + 1)) / count));
  const ends = [1, lastStep];
  return {
    probes: new Set([...ends, ...changes.map(({ step }) => step), ...spread(mostKeyframes)]),
    questions: new Set([...ends, ...spread(questions)]),
  };
}

export const changesAt = ({ changes }: Route, step: number) =>
  changes.filter((change) => change.step === step);

/** The run with a changed setting, and the remark that the page would put on the time axis. */
export function changed(
  run: RunData,
  { lab, lastStep }: Route,
  name: string,
  value: SettingValue,
): RunData {
  const control = controlsOf(lab, members).find((each) => each.name === name);
  if (!control)
    throw new Error(`Lab ${lab.name} records a change of ${name}, which it cannot set.`);
  return remarked(run, control, value, lastStep);
}

export const withFacts = (run: RunData, facts: Facts): RunData =>
  Object.keys(facts).length ? { ...run, facts } : run;

/** The run with answers to all of its lab's standing questions. Throws a sentence for one refused. */
export async function questioned(
  run: RunData,
  { name: lab, asks = {} }: LabDescription,
  settings: Settings,
  answer: (act: string, asked: { [name: string]: Plain }) => Promise<Plain>,
): Promise<RunData> {
  let now = run;
  for (const [name, { act, with: asked }] of Object.entries(asks)) {
    const given = await ofLab(`${lab}, ${name}`, answer(act, asked?.(settings) ?? {}));
    now = answered(now, name, given);
  }
  return now;
}

/** What fails says of which lab it was asked. */
export async function ofLab<T>(name: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Error(`Lab ${name}: ${(error as Error).message}`);
  }
}
