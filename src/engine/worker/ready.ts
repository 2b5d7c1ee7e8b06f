/** A session with what trains it: made anew, or found among those that were left a while ago. */
import type { TrainingExperiment } from '../../model/experiments/types';
import { type ComputingRung, trainerFor, use } from '../rungs/ladder';
import type { Checkpoint, State, Trainer } from '../trainer';
import type { Made } from './made';
import { carryOver, firstState, type Opened, openSession, workOf } from './session';

export interface Ready {
  opened: Opened;
  trainer: Trainer;
  /** Its own untrained state: for what another session cannot hand over. */
  first: State;
  /** Why its steps go through TensorFlow.js, if they might have been captured. */
  refusal?: string;
}

/** Throws the experiment's sentence, and leaves nothing behind, if it cannot be made. */
export async function makeReady(
  experiment: TrainingExperiment,
  { settings, seed, inputs }: Made,
  rung: ComputingRung,
  from?: Checkpoint,
): Promise<Ready> {
  use(rung);
  const opened = openSession(experiment, settings, seed, inputs);
  try {
    const first = await firstState(opened);
    use(rung);
    if (from) carryOver(opened, from.state);
    const { trainer, refusal } = await trainerFor(workOf(opened, from?.step));
    return { opened, trainer, first, refusal };
  } catch (error) {
    opened.close();
    throw error;
  }
}

export function discard({ trainer, opened }: Ready): void {
  trainer.dispose();
  opened.close();
}
