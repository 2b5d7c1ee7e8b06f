/** What each compared system does: the same training, started from the same numbers. */
import type { Case, Values } from '../cases/types';

export type Backend = 'webgpu' | 'wasm' | 'cpu';

export interface System {
  /** Makes the backend current and puts the values on it. Throws a sentence if it cannot. */
  start(chosen: Case, values: Values, backend: Backend): Promise<Running>;
  /** Name of the graphics adapter in use, on WebGPU. */
  adapter?(): Promise<string | undefined>;
}

export interface Running {
  /** A word about how the steps are taken, where it can vary. */
  note?: string;
  /**
   * Takes `count` steps. All JavaScript of the steps runs before this returns; the promise gives
   * the losses, each before its step, once the device is done: of all steps, or of the last only.
   */
  run(count: number, which: 'all' | 'last'): Promise<number[]>;
  /**
   * Where the time of one step goes; the run is of no use afterwards. `runs`: how often a command
   * runs in a short submission and in a long one.
   */
  profile?(runs?: [number, number]): Promise<Profiled[]>;
  close(): void;
}

/** All commands of one operation in a step. */
export interface Profiled {
  op: string;
  commands: number;
  /** Milliseconds of a step, all of them together. */
  ms: number;
}

/** What a worker measures of a number of steps. */
export interface Measured {
  losses: number[];
  /** From the first command to the last loss on the host, per step. */
  stepMs: number;
  /** JavaScript of the steps, per step. */
  jsMs: number;
  /** Per step; 0 off the GPU. */
  dispatches: number;
  submits: number;
  /** What the run holds on the GPU behind the steps. */
  gpuBytes: number;
}
