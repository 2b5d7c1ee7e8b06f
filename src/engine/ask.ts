/** Answers of a run: what its acts say, and the model inside. Each is given a copy of the state. */

import { type Opened, type OpenedSession, stepInputOf } from '../model/experiments/session';
import type { Model, Plain, StepInput } from '../model/experiments/types';
import { HostTrainer } from './rungs/host';
import type { Trainer } from './trainer';

/** A run that can be asked: it need not be able to take steps. */
export interface Asked {
  opened: Opened;
  trainer: Pick<Trainer, 'state'>;
}

/** Throws a sentence where the run has no such act, or what the act itself throws. */
export async function answerOf(
  run: Asked,
  act: string,
  asked: { [name: string]: Plain },
): Promise<Plain> {
  if (run.trainer instanceof HostTrainer) {
    const { acts } = run.trainer;
    checkAct(acts, act);
    return acts[act](asked);
  }
  const { acts = {} } = (run.opened as OpenedSession).session;
  checkAct(acts, act);
  return withCopy(run, (now) => acts[act](now, asked));
}

/** Throws a sentence where the run gives no model. */
export async function modelOf(run: Asked): Promise<Model> {
  const { session } = run.opened as Partial<OpenedSession>;
  const model = session?.model?.bind(session);
  if (!model) throw new Error('This lab trains nothing that another lab could take.');
  return withCopy(run, model);
}

function checkAct(acts: object, name: string): void {
  if (Object.hasOwn(acts, name)) return;
  const known = Object.keys(acts).join(', ') || 'do nothing';
  throw new Error(`This model cannot be asked to ${name}; it can be asked to ${known}.`);
}

/** What the next step would be given, as tensors of its own, for as long as `use` takes. */
async function withCopy<T>(
  { opened, trainer }: Asked,
  use: (now: StepInput) => Promise<T>,
): Promise<T> {
  const { now, dispose } = stepInputOf(opened, await trainer.state());
  try {
    return await use(now);
  } finally {
    dispose();
  }
}
