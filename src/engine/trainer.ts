/** What trains one lab, whichever way: replayed GPU commands or plain TensorFlow.js. */
import type { Numbers, Session } from '../model/experiments/types';
import type { Frame, Snapshot } from './protocol';

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

export type Reading = Pick<Frame, 'step' | 'steps' | 'metrics' | 'probes'>;
export type State = Snapshot['state'];

/** Where a run stands: enough to go on from. */
export interface Checkpoint {
  step: number;
  state: State;
}

export interface Trainer {
  /** Steps taken or handed to the device. */
  readonly step: number;
  /** True if steps are replayed. */
  readonly captured: boolean;
  /** GPU dispatches per step; 0 off the GPU. */
  readonly dispatches: number;
  /** Bytes on the device that it holds beside the session; 0 where TensorFlow.js keeps them. */
  readonly bytes: number;
  /**
   * Trains up to `steps` steps, fewer where a step is slow and `until` (performance.now) has
   * passed. `done` settles when the device has finished them.
   */
  advance(steps: number, until: number): { steps: number; done: Promise<void> };
  setLive(name: string, value: number): void;
  /** New numbers of the same shapes. */
  setInputs(inputs: Record<string, Numbers>): void;
  /** The metric rows since the last reading, and the probes if asked. */
  read(withProbes: boolean): Promise<Reading>;
  state(): Promise<Checkpoint>;
  /** Goes on from another state of the same names and shapes. */
  restore(step: number, state: State): void;
  /** Releases everything but the session. */
  dispose(): void;
}

/** Most metric rows in one reading; where training outran it, the rows skip steps evenly. */
export const mostRows = 64;

/** At most `most` of the steps after `before` up to `last`, evenly spread, the last included. */
export function rowsToRead(before: number, last: number, most = mostRows): number[] {
  const count = last - before;
  if (count <= most) return Array.from({ length: count }, (_, i) => before + 1 + i);
  return Array.from({ length: most }, (_, i) => before + Math.floor(((i + 1) * count) / most));
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
