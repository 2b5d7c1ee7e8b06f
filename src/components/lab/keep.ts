/** Past runs in the browser's storage, small: a few hundred numbers each, no probes. */
import { compact, thin } from './run';
import { recall, remember } from './storage';
import type { RunData } from './types';

const mostKept = 4;
const rows = 120;

export function keepRuns(lab: string, runs: RunData[]): void {
  const small = runs.slice(-mostKept).map((run) => compact(thin(run, rows), 4));
  if (small.length) remember(`runs.${lab}`, JSON.stringify(small));
}

/** Kept runs, or none where what is stored is not what this page would store. */
export function keptRuns(lab: string): RunData[] {
  try {
    const runs = JSON.parse(recall(`runs.${lab}`) ?? '[]');
    return Array.isArray(runs) ? runs.filter(isRun) : [];
  } catch {
    return [];
  }
}

function isRun(run: unknown): run is RunData {
  const { steps, metrics, events, settings } = (run ?? {}) as Partial<RunData>;
  return (
    Array.isArray(steps) &&
    Array.isArray(events) &&
    typeof settings === 'object' &&
    typeof metrics === 'object' &&
    Object.values(metrics).every((each) => Array.isArray(each) && each.length === steps.length)
  );
}
