/** One seed of a recording, from first to last step, whatever the lab's plan. */
import type { LaneRequest } from '../../src/engine/protocol';
import { emptyRun, lanesOf, orderOf, planOf } from '../../src/lab/plans';
import type { FullRecording } from '../../src/lab/recordings';
import { withLanes } from '../../src/lab/run';
import { tabulated } from '../../src/lab/table';
import type { LabDescription, Run, RunData } from '../../src/lab/types';
import { loadExperiment } from '../../src/model/experiments';
import type { Experiment, Inputs, Model } from '../../src/model/experiments/types';
import { begin } from './begin';
import { withCode } from './code';
import type { Route, Underway } from './underway';

export interface Wishes {
  /** Only the first steps, of each lane. */
  steps?: number;
  /** Another lab's model, for the input that takes one. */
  model?: Model;
  /** Whether the trained model is asked for. */
  wantsModel?: boolean;
}

export interface Performed {
  run: RunData;
  model?: Model;
}

/** Each step once, all its metrics, keyframes and answers on the way. */
export async function perform(
  lab: LabDescription,
  recording: FullRecording,
  wishes: Wishes = {},
): Promise<Performed> {
  const { settings, seed, inputs, changes, lastStep } = recording;
  const plan = planOf(lab);
  if (plan.kind === 'table')
    return { run: anonymous(tabulated(lab, plan, { settings, seed, inputs })) };
  const experiment = recording.code
    ? await withCode(lab.experiment, recording.code)
    : await loadExperiment(lab.experiment);
  const given = withModel(experiment, settings, inputs, wishes.model);
  const route: Route = {
    lab,
    settings,
    seed,
    inputs: given,
    changes,
    lastStep,
    steps: wishes.steps ?? lastStep,
  };
  if (plan.kind === 'race' || plan.kind === 'sweep') {
    if (wishes.wantsModel)
      throw new Error(`Lab ${lab.name} trains several models; another lab can take one only.`);
    return { run: await trainLanes(experiment, route) };
  }
  const underway = await begin(experiment, route);
  try {
    while (!underway.over) await underway.step();
    return { run: underway.run, ...(wishes.wantsModel && { model: await underway.model() }) };
  } finally {
    underway.close();
  }
}

/**
 * All lanes of a race, step by step in turn, so that what else the machine does slows all of them
 * alike; or those of a sweep, one after another, so that only one is in memory.
 */
async function trainLanes(experiment: Experiment, route: Route): Promise<RunData> {
  const asked = lanesOf(route.lab, route);
  const open = ({ settings, seed }: LaneRequest) => begin(experiment, { ...route, settings, seed });
  const lanes: RunData[] = [];
  if (orderOf(route.lab) === 'in turn')
    for (const lane of asked) lanes.push(...(await toTheEnd([await open(lane)])));
  else {
    const all: Underway[] = [];
    for (const lane of asked) all.push(await open(lane));
    lanes.push(...(await toTheEnd(all)));
  }
  return withLanes(emptyRun(route.lab, route), (_, place) => lanes[place]);
}

async function toTheEnd(all: Underway[]): Promise<RunData[]> {
  try {
    while (all.some(({ over }) => !over))
      for (const underway of all) if (!underway.over) await underway.step();
    return all.map(({ run, seconds }) => ({
      ...run,
      seconds: run.steps.map((step) => seconds[step - 1]),
    }));
  } finally {
    for (const underway of all) underway.close();
  }
}

/** Only what a file keeps: its inputs are in the lab, and its name is the variant's. */
function anonymous(run: Run): RunData {
  const { id: _id, lab: _lab, origin: _origin, inputs: _inputs, ...rest } = run;
  return rest;
}

/** The inputs with another lab's model among them. Throws a sentence where nothing takes one. */
function withModel(
  experiment: Experiment,
  settings: RunData['settings'],
  inputs: Inputs | undefined,
  model: Model | undefined,
): Inputs | undefined {
  if (!model) return inputs;
  const names = Object.entries(experiment.takes ?? {})
    .filter(([, kind]) => kind === 'model')
    .map(([name]) => name);
  if (names.length !== 1)
    throw new Error(
      `The experiment ${experiment.name} takes ${names.length ? `several models (${names.join(', ')})` : 'no model'}; a recording hands it exactly one.`,
    );
  return { ...(inputs ?? experiment.defaultInputs?.(settings)), [names[0]]: { model } };
}
