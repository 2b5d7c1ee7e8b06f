/** Rows of metrics on their way to a frame: how many, which, and how they come apart. */
import type { Frame } from './protocol';

/**
 * Most metric rows in one reading. Where training outran it, rows skip steps by a power of two
 * counted from step 0, not from the last reading: which rows come does not hang on when they are read.
 */
export const mostRows = 64;

/** At most `most` of the steps after `before` up to `last`, evenly spread, the last included. */
export function rowsToRead(before: number, last: number, most = mostRows): number[] {
  const steps = Array.from({ length: last - before }, (_, i) => before + 1 + i);
  return thinned(steps, most).map((place) => steps[place]);
}

/** Places of at most `most` (two or more) ascending steps: the first of each stride, and the last. */
function thinned(steps: number[], most: number): number[] {
  let kept = steps.map((_, i) => i);
  for (let stride = 2; kept.length > most; stride *= 2)
    kept = kept.filter(
      (place, i) =>
        i === kept.length - 1 || i === 0 || opens(steps[place], steps[kept[i - 1]], stride),
    );
  return kept;
}

/** Whether a step is the first of its stride, counted from step 0, after the step before it. */
export const opens = (step: number, before: number, stride: number): boolean =>
  Math.floor(step / stride) > Math.floor(before / stride);

/** Rows that wait until they are read: few, evenly spread, the latest always among them. */
export class Rows<R> {
  private kept: { step: number; row: R }[] = [];

  /** `drop` releases a row that nobody will read. */
  constructor(private readonly drop: (row: R) => void = () => {}) {}

  add(step: number, row: R): void {
    this.kept.push({ step, row });
    if (this.kept.length >= 2 * mostRows) this.thin();
  }

  /** Those to read; all others have been dropped. */
  take(): { step: number; row: R }[] {
    this.thin();
    const { kept } = this;
    this.kept = [];
    return kept;
  }

  clear(): void {
    for (const { row } of this.take()) this.drop(row);
  }

  private thin(): void {
    const steps = this.kept.map(({ step }) => step);
    const places = new Set(thinned(steps, mostRows));
    for (const [i, { row }] of this.kept.entries()) if (!places.has(i)) this.drop(row);
    this.kept = this.kept.filter((_, i) => places.has(i));
  }
}

/** Rows in which all metrics stand side by side, as metric → rows × width. */
export function apart(rows: Float32Array[], widths: Record<string, number>): Frame['metrics'] {
  const metrics: Frame['metrics'] = {};
  let column = 0;
  for (const [name, width] of Object.entries(widths)) {
    const data = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      data.set(row.subarray(column, column + width), i * width);
    });
    metrics[name] = { width, data };
    column += width;
  }
  return metrics;
}
