/** The latest state that the engine kept of each lane: what a broken run can go back to. */
import type { Snapshot } from '../engine/protocol';
import { at, changeLane } from './run';
import type { Run } from './types';

export class KeptStates {
  private byLane: Snapshot[] = [];

  take(lane: number, snapshot: Snapshot): void {
    this.byLane[lane] = snapshot;
  }

  clear(): void {
    this.byLane = [];
  }

  /** Of the first lane, which is the only one where a run can be sent back by hand. */
  get first(): Snapshot | undefined {
    return this.byLane[0];
  }

  /** The run as it was in the states that were kept; from the start where none was. */
  back(run: Run): Run {
    return (run.lanes ?? [run]).reduce<Run>(
      (now, _, lane) => changeLane(now, lane, (each) => at(each, this.byLane[lane]?.step ?? 0)),
      run,
    );
  }
}
