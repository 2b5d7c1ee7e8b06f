/** What the sessions of station 15 answer, as its labs read it. */
import type { RunData } from '../../../lab/types';
import type { Cached } from '../../../model/experiments/serving/shared/cached';

/** What a cache of experts finds; undefined until the session has been asked. */
export function cachedOf(run: RunData): Cached | undefined {
  const found = run.answers?.cached as unknown as Cached | undefined;
  return found && typeof found === 'object' ? found : undefined;
}

export interface Served {
  /** Longest queue over the mean, many steps' mean, and what dice in the router's place give. */
  busiest: number;
  dice: number;
  /** [devices][experts]: assignments of one step, in the last layer. */
  queues: number[][];
  /** Devices that hold each expert. */
  homes: number[][];
}

export function servedOf(run: RunData): Served | undefined {
  const found = run.answers?.served as unknown as Served | undefined;
  return found && typeof found === 'object' ? found : undefined;
}

export interface Touched {
  users: number[];
  inRow: number[];
}

export function touchedOf(run: RunData): Touched | undefined {
  const found = run.answers?.touched as unknown as Touched | undefined;
  return found && typeof found === 'object' ? found : undefined;
}
