/** Past runs in the browser's storage, small: a few hundred numbers each, no probes. */
import { compact, thin } from '../lab/run';
import type { RunData } from '../lab/types';
import { forget, recall, remember } from './storage';

const mostKept = 4;
const rows = 120;

/** The last few of the reader's own runs; recorded ones come with the page. */
export function keepRuns(lab: string, runs: RunData[]): void {
  const own = runs.filter((run) => !('variant' in run)).slice(-mostKept);
  if (own.length)
    remember(`runs.${lab}`, JSON.stringify(own.map((run) => compact(thin(run, rows), 4))));
  else forget(`runs.${lab}`);
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
