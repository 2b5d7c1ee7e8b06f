/**
 * The one training loop: one step of TensorFlow.js after another on whatever backend is current.
 * The engine trains so where it does not replay a captured step; recordings, tests and the
 * benchmark train so throughout.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import type { Checkpoint, Made, Opened, OpenedSession, State } from './session';
import { liveValues, stateOf } from './session';
import { type Numbers, numbersOf, type Session, type SettingValue, type StepInput } from './types';

/** A session and everything a step reads beside its state. */
export interface Work {
  session: Session;
  seed: number;
  /** Values of the session's live settings. */
  live: Record<string, number>;
  inputs: Record<string, Numbers>;
  /** Steps taken so far: what the first step finds in its counter. */
  step: number;
}

/** What a loop needs of an opened session, after `step` steps. */
export const workOf = (opened: OpenedSession, step = 0): Work => ({
  session: opened.session,
  seed: opened.seed,
  live: liveValues(opened),
  inputs: numbersOf(opened.inputs),
  step,
});

export class Training {
  step: number;
  private tensors: Params;
  private readonly live: Record<string, tf.Scalar> = {};
  private readonly inputs: Params = {};
  private closed = false;

  /** The session's own state stays as it is. */
  constructor(private readonly work: Work) {
    this.step = work.step;
    this.tensors = Object.fromEntries(
      Object.entries(work.session.state).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
    );
    for (const [name, value] of Object.entries(work.live)) this.setLive(name, value);
    this.setInputs(work.inputs);
  }

  /** One step. The metrics given back are the caller's to dispose of. */
  take(): Params {
    if (this.closed) throw new Error('This run was closed.');
    const { state, metrics } = tf.tidy(() => {
      const now = this.input();
      const result = this.work.session.step(now);
      checkState(this.tensors, result.state);
      checkMetrics(result.metrics);
      // A part of the state that is handed out as a metric, too, is not the caller's.
      const own = new Set<tf.Tensor>(
        [result.state, now.state, now.live, now.inputs].flatMap((all) => Object.values(all)),
      );
      const apart = Object.entries(result.metrics).map(([name, metric]) => [
        name,
        own.has(metric) ? tf.clone(metric) : metric,
      ]);
      return { state: result.state, metrics: Object.fromEntries(apart) as Params };
    });
    const next = new Set(Object.values(state));
    for (const tensor of Object.values(this.tensors)) if (!next.has(tensor)) tensor.dispose();
    this.tensors = state;
    this.step++;
    return metrics;
  }

  setLive(name: string, value: number): void {
    this.live[name]?.dispose();
    this.live[name] = tf.keep(tf.scalar(value));
  }

  /** New numbers of the same shapes. */
  setInputs(inputs: Record<string, Numbers>): void {
    for (const [name, { shape, data }] of Object.entries(inputs)) {
      this.inputs[name]?.dispose();
      this.inputs[name] = tf.keep(tf.tensor(data, shape, 'float32'));
    }
  }

  /** What the session's probes give now, the caller's to dispose of. */
  probes(): Params {
    return Object.fromEntries(
      Object.entries(this.work.session.probes ?? {}).map(([name, probe]) => [
        name,
        tf.tidy(() => tf.clone(probe(this.input()))),
      ]),
    );
  }

  /** A copy on the host. Steps may go on meanwhile. */
  async state(): Promise<Checkpoint> {
    const { step } = this;
    return { step, state: await stateOf(this.tensors) };
  }

  /** Goes on from another state of the same names and shapes. */
  restore(step: number, state: State): void {
    for (const [name, { shape, dtype, data }] of Object.entries(state)) {
      this.tensors[name]?.dispose();
      this.tensors[name] = tf.keep(tf.tensor(data.slice(), shape, dtype));
    }
    this.step = step;
  }

  /** Releases everything but the session. */
  dispose(): void {
    this.closed = true;
    for (const record of [this.tensors, this.live, this.inputs]) tf.dispose(record);
  }

  private input(): StepInput {
    return {
      state: this.tensors,
      live: this.live,
      inputs: this.inputs,
      random: { seed: this.work.seed, counter: tf.scalar(this.step, 'int32') },
    };
  }
}

/** A run on its way: what stands for it, and what takes its steps. */
export interface Run {
  opened: Opened;
  trainer: {
    setLive(name: string, value: number): void;
    state(): Promise<Checkpoint>;
    dispose(): void;
  };
}

/**
 * A setting changed in mid-run. A live one is set, and the next step reads it. Any other opens the
 * run anew with what fits of its state; `reopen` throws a sentence where that cannot be, and the
 * run is then as it was.
 */
export async function change<R extends Run>(
  run: R,
  name: string,
  value: SettingValue,
  reopen: (made: Made, from: Checkpoint) => Promise<R> | R,
): Promise<R> {
  const { opened, trainer } = run;
  const settings = { ...opened.settings, [name]: value };
  if (takesLive(opened, name, value)) {
    opened.settings = settings;
    trainer.setLive(name, Number(value));
    return run;
  }
  const { seed, inputs } = opened;
  const next = await reopen({ settings, seed, inputs }, await trainer.state());
  trainer.dispose();
  opened.close();
  return next;
}

/** True if a step reads the setting anew each time. Throws a sentence where it must be a number. */
export function takesLive({ live }: Opened, name: string, value: SettingValue): boolean {
  if (!live.includes(name)) return false;
  if (!Number.isFinite(Number(value))) throw new Error(`${name} must be a number, not ${value}.`);
  return true;
}

/** Throws a sentence if a step's result is not a state like the one it was given. */
export function checkState(before: Record<string, Shaped>, after: Record<string, Shaped>): void {
  for (const name of Object.keys(before)) {
    const [was, is] = [before[name], after[name]];
    if (!is) throw new Error(`The step forgot the state ${name}; it must return all of its state.`);
    if (was.dtype !== is.dtype || was.shape.join() !== is.shape.join())
      throw new Error(
        `The step turned the state ${name} from ${was.dtype} [${was.shape}] into ${is.dtype} [${is.shape}]; a step keeps shapes.`,
      );
  }
  for (const name of Object.keys(after))
    if (!before[name])
      throw new Error(`The step returned ${name}, which is not part of the session's state.`);
}

interface Shaped {
  shape: number[];
  dtype: string;
}

/** Throws a sentence unless the metrics are float32 scalars or vectors. */
export function checkMetrics(metrics: Record<string, Shaped>): void {
  for (const [name, { shape, dtype }] of Object.entries(metrics))
    if (dtype !== 'float32' || shape.length > 1)
      throw new Error(
        `The metric ${name} is ${dtype} [${shape}]; a metric is a float32 scalar or vector.`,
      );
}
