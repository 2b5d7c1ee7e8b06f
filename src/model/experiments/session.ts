/**
 * A session of an experiment with everything needed to close it again, whatever the experiment
 * left behind, and its state as plain numbers: how it is kept, and what of it another can use.
 */
import * as tf from '../../tensor/tf';
import {
  type Facts,
  type Inputs,
  numbersOf,
  type Session,
  type Settings,
  type StepInput,
  type TrainingExperiment,
} from './types';

/** All that `start` of an experiment is given. */
export interface Made {
  settings: Settings;
  seed: number;
  inputs: Inputs;
}

/** What stands for a run, whether it is trained or replayed. */
export interface Opened extends Made {
  /** Names of the settings that may change without a new one. */
  live: readonly string[];
  facts: Facts;
  /** Steps until it is over, where it ends by itself. */
  lastStep?: number;
  close(): void;
}

export interface OpenedSession extends Opened {
  session: Session;
}

/** A state on the host, by name: enough to go on from, on another device too. */
export type State = Record<
  string,
  { shape: number[]; dtype: 'float32' | 'int32'; data: Float32Array | Int32Array }
>;

/** Where a run stands. */
export interface Checkpoint {
  step: number;
  state: State;
}

/** What an experiment is given, its own inputs where none are handed in. */
export const madeOf = (
  experiment: Pick<TrainingExperiment, 'defaultInputs'>,
  settings: Settings,
  seed: number,
  inputs?: Inputs,
): Made => ({ settings, seed, inputs: inputs ?? experiment.defaultInputs?.(settings) ?? {} });

/** Starts the experiment. Throws its sentence if settings and inputs cannot work together. */
export function openSession(
  experiment: TrainingExperiment,
  settings: Settings,
  seed: number,
  inputs?: Inputs,
): OpenedSession {
  const made = madeOf(experiment, settings, seed, inputs);
  const engine = tf.engine();
  engine.startScope('session');
  const tensors = engine.state.activeScope.track;
  let session: Session;
  let checked = false;
  try {
    session = experiment.start(settings, seed, made.inputs);
    for (const [name, { dtype }] of Object.entries(session.state))
      if (dtype !== 'float32' && dtype !== 'int32')
        throw new Error(`The state ${name} is ${dtype}; it must be float32 or int32.`);
    checkLive(settings, session.live);
    checked = true;
  } finally {
    // Nothing is released here, unless the start failed: who knows what a closure holds.
    engine.endScope(checked ? tensors.slice() : undefined);
  }
  const left = tensors.slice();
  return {
    ...made,
    session,
    live: session.live,
    facts: session.facts ?? {},
    close() {
      session.dispose?.();
      for (const tensor of left) tensor.dispose();
      for (const tensor of Object.values(session.state)) tensor.dispose();
    },
  };
}

/** Throws a sentence unless the live settings are numbers. */
export function checkLive(settings: Settings, live: readonly string[]): void {
  for (const name of live)
    if (!Number.isFinite(Number(settings[name])))
      throw new Error(`The live setting ${name} is ${settings[name]}; it must be a number.`);
}

/** Values of the live settings as numbers. */
export function liveValues({ live, settings }: Pick<Opened, 'live' | 'settings'>) {
  return Object.fromEntries(live.map((name) => [name, Number(settings[name])]));
}

/**
 * What a step would be given at this state, as tensors of its own: for questions, which may wait
 * for the device while training goes on.
 */
export function stepInputOf(opened: Opened, { step, state }: Checkpoint) {
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

/** Tensors by name as a state on the host. They may be replaced while they are read. */
export async function stateOf(tensors: Record<string, tf.Tensor>): Promise<State> {
  const clones = Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)] as const);
  // All are asked for at once: a device answers each only in its own time.
  const read = await Promise.all(clones.map(([, tensor]) => tensor.data()));
  const state: State = {};
  for (const [i, [name, tensor]] of clones.entries()) {
    const { shape } = tensor;
    const data = read[i].slice();
    if (tensor.dtype === 'int32') state[name] = { shape, dtype: 'int32', data: data as Int32Array };
    else state[name] = { shape, dtype: 'float32', data: data as Float32Array };
    tensor.dispose();
  }
  return state;
}

/** A session's first state with what was kept of another's, by name, where the shape still fits. */
export function carriedOver(first: State, kept: State): { state: State; fresh: string[] } {
  const state = { ...first };
  const fresh: string[] = [];
  for (const [name, entry] of Object.entries(first)) {
    if (alike(kept[name], entry)) state[name] = kept[name];
    else fresh.push(name);
  }
  return { state, fresh };
}

/** Puts kept values into a session not yet trained, by name, where the shape still fits. */
export function carryOver({ session }: OpenedSession, kept: State): void {
  for (const [name, tensor] of Object.entries(session.state)) {
    const entry = kept[name];
    if (!alike(entry, tensor)) continue;
    session.state[name] = tf.keep(tf.tensor(entry.data.slice(), entry.shape, entry.dtype));
    tensor.dispose();
  }
}

interface Shaped {
  shape: number[];
  dtype: string;
}

const alike = (a: Shaped | undefined, b: Shaped): boolean =>
  a?.dtype === b.dtype && a.shape.join() === b.shape.join();

/** True if every number of the state is finite: a state worth going back to. */
export function allFinite(state: State): boolean {
  return Object.values(state).every(({ data }) => {
    for (const value of data) if (!Number.isFinite(value)) return false;
    return true;
  });
}
