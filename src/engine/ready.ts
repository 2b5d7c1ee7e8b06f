/** A run that stands ready: what stands for it, and what takes its steps on the current backend. */

import {
  type Checkpoint,
  carriedOver,
  carryOver,
  checkLive,
  liveValues,
  type Made,
  type Opened,
  openSession,
  type State,
  stateOf,
} from '../model/experiments/session';
import { workOf } from '../model/experiments/train';
import type {
  Experiment,
  SimulatingExperiment,
  TrainingExperiment,
} from '../model/experiments/types';
import type { Asked } from './ask';
import { mark } from './marks';
import { HostTrainer } from './rungs/host';
import { trainerFor } from './rungs/trainer-for';
import type { Trainer } from './trainer';

export interface Ready {
  opened: Opened;
  trainer: Trainer;
  /** Its own untrained state: for what another session cannot hand over. */
  first: State;
  /** Why its steps go through TensorFlow.js, if they might have been captured. */
  refusal?: string;
  /** Questions that use it now: it is not closed under their hands. */
  lent?: number;
  discarded?: boolean;
}

/**
 * Makes a run, from step 0 or from what it can use of where another stood. Throws the experiment's
 * sentence, and leaves nothing behind, if it cannot be made.
 */
export const makeReady = (experiment: Experiment, made: Made, from?: Checkpoint): Promise<Ready> =>
  'start' in experiment
    ? readyToTrain(experiment, made, from)
    : readyToReplay(experiment, made, from);

async function readyToTrain(
  experiment: TrainingExperiment,
  made: Made,
  from?: Checkpoint,
): Promise<Ready> {
  const opened = openSession(experiment, made.settings, made.seed, made.inputs);
  try {
    const reading = stateOf(opened.session.state);
    // Heard below; a failure before that would count as unheard.
    reading.catch(() => {});
    if (from) carryOver(opened, from.state);
    mark('session made');
    const { trainer, refusal } = await trainerFor(workOf(opened, from?.step));
    try {
      return { opened, trainer, first: await reading, refusal };
    } catch (error) {
      trainer.dispose();
      throw error;
    }
  } catch (error) {
    opened.close();
    throw error;
  }
}

async function readyToReplay(
  experiment: SimulatingExperiment,
  made: Made,
  from?: Checkpoint,
): Promise<Ready> {
  const { settings, seed, inputs } = made;
  const first = experiment.simulate(settings, seed, inputs);
  const { live = [], facts = {}, lastStep } = first;
  checkLive(settings, live);
  const opened: Opened = { ...made, live, facts, lastStep, close() {} };
  const trainer = new HostTrainer(first, liveValues(opened), (set) =>
    experiment.simulate({ ...opened.settings, ...set }, seed, opened.inputs),
  );
  if (from) trainer.restore(from.step, from.state);
  return { opened, trainer, first: {} };
}

/** What a run can use of a kept state, and the names of what begins untrained. */
export const carried = ({ opened, first }: Ready, kept: State) =>
  'session' in opened ? carriedOver(first, kept) : { state: kept, fresh: [] };

export function discard(ready: Ready): void {
  ready.trainer.dispose();
  ready.discarded = true;
  if (!ready.lent) ready.opened.close();
}

export async function lend<T>(ready: Ready, use: (ready: Ready) => Promise<T>): Promise<T> {
  ready.lent = (ready.lent ?? 0) + 1;
  try {
    return await use(ready);
  } finally {
    ready.lent--;
    if (ready.discarded && !ready.lent) ready.opened.close();
  }
}

/** Made again where it stood, for a question alone: it takes no steps. */
export async function lendAgain<T>(
  experiment: Experiment,
  made: Made,
  at: Checkpoint,
  use: (run: Asked) => Promise<T>,
): Promise<T> {
  const run: Asked =
    'start' in experiment
      ? {
          opened: openSession(experiment, made.settings, made.seed, made.inputs),
          trainer: { state: async () => at },
        }
      : await readyToReplay(experiment, made, at);
  try {
    return await use(run);
  } finally {
    run.opened.close();
  }
}
