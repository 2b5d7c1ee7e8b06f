/** Races and sweeps: what is said of several runs at once. */
import type { Findings, RunData } from './types';

/** The findings of each lane, under names that begin with the lane's: "dense.finalLoss". */
export const laneFindings = (run: RunData, findings: (lane: RunData) => Findings): Findings =>
  Object.fromEntries(
    (run.lanes ?? []).flatMap((lane) =>
      Object.entries(findings(lane)).map(([name, value]) => [`${lane.name}.${name}`, value]),
    ),
  );
