/** What a time axis counts: training steps, floating-point operations or seconds of computing. */
import { count, plain } from '../lab/format';
import { recent } from '../lab/run';
import type { Axis, RunData } from '../lab/types';
import { binned } from './bins';

export interface Progress {
  label: string;
  /** In a sentence: "after 1,200 training steps". */
  noun: string;
  words(at: number): string;
}

export const progress: Record<Axis, Progress> = {
  steps: { label: 'training steps', noun: 'training steps', words: count },
  flops: {
    label: 'floating-point operations',
    noun: 'floating-point operations',
    words: plain,
  },
  seconds: { label: 'seconds of computing', noun: 'seconds', words: plain },
};

/** The axis asked for where every run can be placed on it, else steps. */
export function axisOf(runs: RunData[], axis: Axis = 'steps'): Axis {
  const has = (run: RunData) =>
    axis === 'flops'
      ? run.facts?.flopsPerStep !== undefined
      : axis === 'steps' || run.seconds?.length === run.steps.length;
  return runs.every(has) ? axis : 'steps';
}

/** The whole of a run that is planned to take `lastStep` steps, on an axis. */
export function endOf(run: RunData, axis: Axis, lastStep = 0): number {
  const steps = Math.max(lastStep, run.step, 1);
  if (axis === 'flops') return steps * run.facts!.flopsPerStep!;
  return axis === 'seconds' ? (run.seconds?.at(-1) ?? 0) : steps;
}

export interface Trace {
  steps: number[];
  /** Where each stands on the axis. */
  at: number[];
  values: number[];
  /** The mean of its last rows: what is said of it, where one batch would be noise. */
  now: number;
}

/**
 * One number of a metric over a run, averaged in at most `bins` bins of `last` steps; what it is now
 * is the mean of the last `share` of its rows.
 */
export function trace(
  run: RunData,
  { metric, column = 0 }: { metric: string; column?: number },
  axis: Axis,
  last: number,
  bins: number,
  share = 0.02,
): Trace {
  const { steps, rows } = binned(run.steps, run.metrics[metric] ?? [], last, bins);
  return {
    steps,
    at: places(run, steps, axis, last, bins),
    values: rows.map((row) => row[column]),
    now: recent(run, metric, share)[column] ?? Number.NaN,
  };
}

function places(run: RunData, steps: number[], axis: Axis, last: number, bins: number): number[] {
  if (axis === 'steps') return steps;
  if (axis === 'flops') return steps.map((step) => step * run.facts!.flopsPerStep!);
  const seconds = (run.seconds ?? []).map((second) => [second]);
  return binned(run.steps, seconds, last, bins).rows.map(([at]) => at);
}
