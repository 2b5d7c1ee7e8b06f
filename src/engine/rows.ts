/** Rows of metrics on their way to a frame: how many, which, and how they come apart. */
import type { Frame } from './protocol';

/** Most metric rows in one reading; where training outran it, the rows skip steps evenly. */
export const mostRows = 64;

/** At most `most` of the steps after `before` up to `last`, evenly spread, the last included. */
export function rowsToRead(before: number, last: number, most = mostRows): number[] {
  const count = last - before;
  if (count <= most) return Array.from({ length: count }, (_, i) => before + 1 + i);
  return Array.from({ length: most }, (_, i) => before + Math.floor(((i + 1) * count) / most));
}

/** Rows that wait until they are read: few, evenly spread, the latest always among them. */
export class Rows<R> {
  private kept: { step: number; row: R; count: number }[] = [];
  private count = 0;
  private stride = 1;

  /** `drop` releases a row that nobody will read. */
  constructor(private readonly drop: (row: R) => void = () => {}) {}

  add(step: number, row: R): void {
    // The one before was kept as the latest; off the stride it goes now.
    if ((this.kept.at(-1)?.count ?? 0) % this.stride) this.drop(this.kept.pop()!.row);
    this.kept.push({ step, row, count: ++this.count });
    if (this.kept.length < 2 * mostRows) return;
    this.stride *= 2;
    this.kept = this.kept.filter((one) => {
      if (one.count === this.count || one.count % this.stride === 0) return true;
      this.drop(one.row);
      return false;
    });
  }

  /** Those to read, and all others, which are done with. */
  take(): { wanted: { step: number; row: R }[]; others: R[] } {
    const { kept } = this;
    this.kept = [];
    this.count = 0;
    this.stride = 1;
    const wanted = rowsToRead(0, kept.length).map((row) => kept[row - 1]);
    const others = kept.filter((one) => !wanted.includes(one)).map(({ row }) => row);
    return { wanted, others };
  }

  clear(): void {
    const { wanted, others } = this.take();
    for (const row of [...wanted.map((one) => one.row), ...others]) this.drop(row);
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
