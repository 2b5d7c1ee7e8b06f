/** What several language models have come to, of a race or a sweep. */
import { recent } from '../../../lab/run';
import type { Axis, RunData } from '../../../lab/types';

/** The last share of a run whose mean loss is told: single batches differ too much. */
export const lastShare = 0.05;

/** Mean loss over the last twentieth of the lane of this name; NaN until it has taken all its steps. */
export function lossOf(run: RunData, name: string, lastStep: number): number {
  const lane = run.lanes?.find((each) => each.name === name);
  if (!lane || lane.step < lastStep) return Number.NaN;
  return recent(lane, 'loss', lastShare)[0] ?? Number.NaN;
}

/** Of the lane that is furthest. */
export const stepOf = (run: RunData): number =>
  Math.max(0, ...(run.lanes ?? []).map(({ step }) => step));

/** Where a lane stands on an axis at each of its recorded rows. */
function placesOf(lane: RunData, axis: Axis): number[] {
  if (axis === 'flops') return lane.steps.map((step) => step * Number(lane.facts?.flopsPerStep));
  return axis === 'seconds' ? (lane.seconds ?? []) : lane.steps;
}

/**
 * Each lane's loss, by its name, at the farthest place of the axis that all have reached: the mean
 * over the twentieth of the way before it. Empty where the axis is not known of all, or too early
 * for a mean of each.
 */
export function lossesAt(run: RunData, axis: Axis): Record<string, number> {
  const lanes = run.lanes ?? [];
  const places = lanes.map((lane) => placesOf(lane, axis));
  const end = Math.min(...places.map((all) => all.at(-1) ?? Number.NaN));
  if (!Number.isFinite(end)) return {};
  const losses = lanes.map((lane, i): [string, number] => {
    const rows = (lane.metrics.loss ?? []).filter((_, row) => {
      const place = places[i][row];
      return place <= end && place > end * (1 - lastShare);
    });
    return [lane.name, rows.reduce((sum, [loss]) => sum + loss, 0) / rows.length];
  });
  return losses.every(([, loss]) => Number.isFinite(loss)) ? Object.fromEntries(losses) : {};
}
