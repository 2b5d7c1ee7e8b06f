/** One seed of a recording, from first to last step, whatever the lab's plan. */
import type { FullRecording } from '../../src/lab/recordings';
import { startRun } from '../../src/lab/run';
import type { LabDescription, Lane, PlannedLane, RunData } from '../../src/lab/types';
import { loadExperiment } from '../../src/model/experiments';
import type { Experiment, Inputs, Model } from '../../src/model/experiments/types';
import { begin } from './begin';
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
  const plan = lab.plan ?? { kind: 'one' };
  if (plan.kind === 'table')
    return { run: computed(settings, seed, plan.compute(settings, inputs ?? {})) };
  const experiment = await loadExperiment(lab.experiment);
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
    const planned = plan.lanes(settings);
    const order = plan.kind === 'race' ? 'together' : 'in turn';
    return { run: await trainLanes(experiment, route, planned, order) };
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
async function trainLanes(
  experiment: Experiment,
  route: Route,
  planned: PlannedLane[],
  order: 'together' | 'in turn',
): Promise<RunData> {
  const lanes: Lane[] = [];
  const open = (lane: PlannedLane) =>
    begin(experiment, {
      ...route,
      settings: { ...route.settings, ...lane.settings },
      seed: lane.seed ?? route.seed,
    });
  if (order === 'in turn')
    for (const lane of planned) lanes.push(...(await toTheEnd([await open(lane)], [lane])));
  else {
    const all: Underway[] = [];
    for (const lane of planned) all.push(await open(lane));
    lanes.push(...(await toTheEnd(all, planned)));
  }
  const step = lanes.reduce((sum, lane) => sum + lane.step, 0);
  return { ...startRun(route.settings, route.seed), step, lanes };
}

async function toTheEnd(all: Underway[], planned: PlannedLane[]): Promise<Lane[]> {
  try {
    while (all.some(({ over }) => !over))
      for (const underway of all) if (!underway.over) await underway.step();
    return all.map(({ run, seconds }, i) => ({
      ...run,
      seconds: run.steps.map((step) => seconds[step - 1]),
      name: planned[i].name,
      label: planned[i].label,
    }));
  } finally {
    for (const underway of all) underway.close();
  }
}

/** A table has no steps: its rows are numbered from 1. */
function computed(
  settings: RunData['settings'],
  seed: number,
  table: Pick<RunData, 'facts' | 'metrics' | 'probes'>,
): RunData {
  const rows = Math.max(0, ...Object.values(table.metrics).map(({ length }) => length));
  const steps = Array.from({ length: rows }, (_, i) => i + 1);
  return { ...startRun(settings, seed), ...table, step: rows, steps };
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
