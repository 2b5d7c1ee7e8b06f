/** Findings are computed in one place and once for each run: `LabDescription.findings`. */
import type { Findings, LabDescription, RunData } from './types';

const known = new WeakMap<RunData, Findings>();

/**
 * The named numbers of a run: those it carries, else computed now. A run that has not begun has
 * none. Runs are never changed in place, so what was found once holds.
 */
export function findingsOf(
  lab: Pick<LabDescription, 'findings'>,
  run: RunData & { findings?: Findings },
): Findings {
  if (run.findings) return run.findings;
  if (!hasRows(run)) return {};
  let found = known.get(run);
  if (!found) {
    found = lab.findings(run);
    known.set(run, found);
  }
  return found;
}

/** Whether anything has been computed in it. */
export const hasRows = (run: RunData): boolean =>
  run.lanes ? run.lanes.some((lane) => lane.steps.length > 0) : run.steps.length > 0;
