/** What trains one lab, whichever way: replayed GPU commands or plain TensorFlow.js. */

import type { Checkpoint, State } from '../model/experiments/session';
import type { Numbers } from '../model/experiments/types';
import type { Frame } from './protocol';

export type Reading = Pick<Frame, 'step' | 'steps' | 'metrics' | 'probes'>;

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
