/** Rows made fewer, and the range of numbers: what figures do before they draw. */

export interface Binned {
  steps: number[];
  rows: number[][];
}

/** Where a step stands on a time axis from 0 to 1 that ends at `last`. */
export type Along = (step: number, last: number) => number;

export const evenly: Along = (step, last) => step / Math.max(1e-9, last);

/** Each power of ten takes as much room as the next; the axis begins at step 1. */
export const byFactors: Along = (step, last) =>
  Math.log(Math.max(1, step)) / Math.log(Math.max(2, last));

/**
 * Rows averaged in bins of equal room on the time axis, so that a figure draws one point for every
 * few pixels. The mean says what the noise of single batches hides. A metric that was not measured
 * gives none.
 */
export function binned(
  steps: number[],
  rows: number[][],
  last: number,
  bins: number,
  along: Along = evenly,
): Binned {
  if (rows.length < steps.length) return { steps: [], rows: [] };
  if (steps.length <= bins) return { steps, rows };
  const out: Binned = { steps: [], rows: [] };
  const binOf = (step: number) => Math.floor((along(step, last) - 1e-12) * bins);
  for (let i = 0; i < steps.length; ) {
    const bin = binOf(steps[i]);
    const from = i;
    while (i < steps.length && binOf(steps[i]) === bin) i++;
    const n = i - from;
    const mean = rows[from].map(
      (_, c) => rows.slice(from, i).reduce((sum, row) => sum + row[c], 0) / n,
    );
    out.steps.push(steps.slice(from, i).reduce((sum, s) => sum + s, 0) / n);
    out.rows.push(mean);
  }
  // The curve starts and ends where the run does.
  out.steps[0] = steps[0];
  out.steps[out.steps.length - 1] = steps.at(-1)!;
  return out;
}

/** Least and greatest of all finite numbers; a fallback where there are none. */
export function extent(
  values: Iterable<number>,
  fallback: [number, number] = [0, 1],
): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : fallback;
}

/** The range of a log axis: positive numbers with some room around them. */
export function logDomain(values: Iterable<number>): [number, number] {
  const positive = [...values].filter((value) => value > 0);
  const [low, high] = extent(positive, [0.01, 1]);
  const room = Math.max(1.1, (high / low) ** 0.06);
  return [low / room, high * room];
}

/** The range of a linear axis: from 0, or below where numbers are, with some room above. */
export function linearDomain(values: Iterable<number>): [number, number] {
  const [low, high] = extent(values, [0, 1]);
  return [Math.min(0, low), high + 0.08 * (high - Math.min(0, low)) || 1];
}
