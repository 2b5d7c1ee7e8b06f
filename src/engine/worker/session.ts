/** A session with everything needed to close it again, whatever its experiment left behind. */

import {
  type Inputs,
  numbersOf,
  type Session,
  type Settings,
  type StepInput,
  type TrainingExperiment,
} from '../../model/experiments/types';
import * as tf from '../../tensor/tf';
import type { State, Work } from '../trainer';

export interface Opened {
  session: Session;
  settings: Settings;
  seed: number;
  inputs: Inputs;
  /** Releases every tensor that the experiment made and did not release. */
  close(): void;
}

/** Starts the experiment. Throws its sentence if the settings cannot work together. */
export function openSession(
  experiment: TrainingExperiment,
  settings: Settings,
  seed: number,
  inputs?: Inputs,
): Opened {
  const engine = tf.engine();
  engine.startScope('session');
  const made = engine.state.activeScope.track;
  const given = inputs ?? experiment.defaultInputs?.(settings) ?? {};
  let session: Session;
  let checked = false;
  try {
    session = experiment.start(settings, seed, given);
    for (const [name, { dtype }] of Object.entries(session.state))
      if (dtype !== 'float32' && dtype !== 'int32')
        throw new Error(`The state ${name} is ${dtype}; it must be float32 or int32.`);
    for (const name of session.live)
      if (!Number.isFinite(Number(settings[name])))
        throw new Error(`The live setting ${name} is ${settings[name]}; it must be a number.`);
    checked = true;
  } finally {
    // Nothing is released here, unless the start failed: who knows what a closure holds.
    engine.endScope(checked ? made.slice() : undefined);
  }
  const left = made.slice();
  return {
    session,
    settings,
    seed,
    inputs: given,
    close() {
      session.dispose?.();
      for (const tensor of left) tensor.dispose();
      for (const tensor of Object.values(session.state)) tensor.dispose();
    },
  };
}

/** What a trainer needs of an opened session, after `step` steps. */
export const workOf = (opened: Opened, step = 0): Work => ({
  session: opened.session,
  seed: opened.seed,
  live: liveValues(opened),
  inputs: numbersOf(opened.inputs),
  step,
});

/**
 * What a step would be given at this state, as tensors of its own: for questions, which may wait
 * for the device while training goes on.
 */
export function stepInputOf(opened: Opened, step: number, state: State) {
  const tensors = (record: Record<string, { shape: number[]; data: State[string]['data'] }>) =>
    Object.fromEntries(
      Object.entries(record).map(([name, { shape, data }]) => [
        name,
        tf.tensor(data.slice(), shape, data instanceof Int32Array ? 'int32' : 'float32'),
      ]),
    );
  const now: StepInput = {
    state: tensors(state),
    live: Object.fromEntries(
      Object.entries(liveValues(opened)).map(([name, value]) => [name, tf.scalar(value)]),
    ),
    inputs: tensors(numbersOf(opened.inputs)),
    random: { seed: opened.seed, counter: tf.scalar(step, 'int32') },
  };
  const dispose = () => {
    for (const record of [now.state, now.live, now.inputs]) tf.dispose(record);
    now.random.counter.dispose();
  };
  return { now, dispose };
}

/** Values of the live settings as numbers. */
export function liveValues({ session, settings }: Opened): Record<string, number> {
  return Object.fromEntries(session.live.map((name) => [name, Number(settings[name])]));
}

/** The session's state on the host, before any step. */
export async function firstState({ session }: Opened): Promise<State> {
  const state: State = {};
  for (const [name, tensor] of Object.entries(session.state)) {
    const { shape } = tensor;
    const data = (await tensor.data()).slice();
    if (tensor.dtype === 'int32') state[name] = { shape, dtype: 'int32', data: data as Int32Array };
    else state[name] = { shape, dtype: 'float32', data: data as Float32Array };
  }
  return state;
}

/** A session's first state with what was kept of another's, by name, where the shape still fits. */
export function carriedOver(first: State, kept: State): { state: State; fresh: string[] } {
  const state = { ...first };
  const fresh: string[] = [];
  for (const [name, { shape, dtype }] of Object.entries(first)) {
    const entry = kept[name];
    if (entry?.dtype === dtype && entry.shape.join() === shape.join()) state[name] = entry;
    else fresh.push(name);
  }
  return { state, fresh };
}

/**
 * Puts kept values into a session not yet trained, by name, where the shape still fits.
 * Returns the names that did not.
 */
export function carryOver({ session }: Opened, kept: State): string[] {
  const fresh: string[] = [];
  for (const [name, tensor] of Object.entries(session.state)) {
    const entry = kept[name];
    if (entry?.dtype !== tensor.dtype || entry.shape.join() !== tensor.shape.join()) {
      fresh.push(name);
      continue;
    }
    session.state[name] = tf.keep(tf.tensor(entry.data.slice(), entry.shape, entry.dtype));
    tensor.dispose();
  }
  return fresh;
}

/** True if every number of the state is finite: a state worth going back to. */
export function allFinite(state: State): boolean {
  return Object.values(state).every(({ data }) => {
    for (const value of data) if (!Number.isFinite(value)) return false;
    return true;
  });
}
