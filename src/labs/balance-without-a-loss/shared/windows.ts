/** MaxVio of several batches together, from the rows of a run. */
import type { RunData } from '../../../lab/types';

/** Of the steps after `from` up to `to`; NaN before there is one. */
export function vioOf(run: RunData, from: number, to: number): number {
  const rows = (run.metrics.load ?? []).filter((_, i) => run.steps[i] > from && run.steps[i] <= to);
  if (!rows.length) return Number.NaN;
  const sums = rows[0].map((_, expert) => rows.reduce((sum, row) => sum + row[expert], 0));
  return (Math.max(...sums) / rows.length) * sums.length - 1;
}

/** The first step whose last 20 batches together have a MaxVio below 0.3; the last if none has. */
export function evenAt(run: RunData): number {
  for (let to = 20; to <= run.step; to += 10) if (vioOf(run, to - 20, to) < 0.3) return to;
  return run.step;
}

/** Mean of a metric over the steps after `from` up to `to`; NaN where there are none. */
export function between(run: RunData, metric: string, from: number, to: number): number {
  const rows = (run.metrics[metric] ?? []).filter(
    (_, i) => run.steps[i] > from && run.steps[i] <= to,
  );
  return rows.length ? rows.reduce((sum, [first]) => sum + first, 0) / rows.length : Number.NaN;
}
