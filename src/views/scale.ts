/** Numbers to pixels: the two scales every figure uses, with ticks a reader can say aloud. */

export interface Scale {
  (value: number): number;
  domain: [number, number];
  range: [number, number];
  ticks: number[];
  /** Pixel to number. */
  invert(pixel: number): number;
}

export type Pair = [number, number];

export function linear(domain: Pair, range: Pair, count = 5): Scale {
  const [a, b] = domain;
  const width = b - a || 1;
  const scale = (value: number) => range[0] + ((value - a) / width) * (range[1] - range[0]);
  const invert = (pixel: number) => a + ((pixel - range[0]) / (range[1] - range[0])) * width;
  return Object.assign(scale, { domain, range, ticks: linearTicks(a, b, count), invert });
}

/** Values at or below 0 are drawn at the lower end. */
export function log(domain: Pair, range: Pair, count = 5): Scale {
  const low = Math.max(domain[0], Number.MIN_VALUE);
  const high = Math.max(domain[1], low * 1.0001);
  const inner = linear([Math.log10(low), Math.log10(high)], range);
  const scale = (value: number) => inner(Math.log10(Math.max(value, low)));
  const invert = (pixel: number) => 10 ** inner.invert(pixel);
  return Object.assign(scale, {
    domain: [low, high] as Pair,
    range,
    ticks: logTicks(low, high, count),
    invert,
  });
}

/** Multiples of 1, 2 or 5 times a power of ten, about `count` of them. */
export function linearTicks(a: number, b: number, count: number): number[] {
  if (!(b > a)) return [a];
  const rough = (b - a) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? 10 * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(a / step - 1e-9); i * step <= b + step * 1e-9; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten; where too few fit, 1-2-5 steps or even ones; where too many, some of them. */
export function logTicks(low: number, high: number, count: number): number[] {
  const ticks = (steps: number[]) => {
    const found: number[] = [];
    for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++)
      for (const step of steps) {
        const tick = Number((step * 10 ** e).toPrecision(3));
        if (tick >= low * 0.999 && tick <= high * 1.001) found.push(tick);
      }
    return found;
  };
  const tens = ticks([1]);
  if (tens.length >= 3) {
    const every = Math.ceil(tens.length / Math.max(2, count));
    return tens.filter((_, i) => i % every === 0);
  }
  const finer = ticks([1, 2, 5]);
  if (finer.length > count + 2) return ticks([1, 3]);
  // Within less than a decade even steps say more.
  return finer.length >= 3 ? finer : linearTicks(low, high, Math.min(4, count));
}

/** The extent of all finite numbers; a fallback where there are none. */
export function extent(values: Iterable<number>, fallback: Pair = [0, 1]): Pair {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : fallback;
}

/** "M0,1L2,3…", breaking where a number is missing. */
export function path(points: Iterable<readonly [number, number]>): string {
  let text = '';
  let pen = 'M';
  for (const [x, y] of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) pen = 'M';
    else {
      text += `${pen}${x.toFixed(1)},${y.toFixed(1)}`;
      pen = 'L';
    }
  }
  return text;
}

/**
 * Rows averaged in equal bins of steps, so that a figure draws one point for every few pixels.
 * The mean says what the noise of single batches hides. A metric that was not measured gives none.
 */
export function binned(
  steps: number[],
  rows: number[][],
  last: number,
  bins: number,
): { steps: number[]; rows: number[][] } {
  if (rows.length < steps.length) return { steps: [], rows: [] };
  if (steps.length <= bins) return { steps, rows };
  const out: { steps: number[]; rows: number[][] } = { steps: [], rows: [] };
  const wide = Math.max(1e-9, last / bins);
  for (let i = 0; i < steps.length; ) {
    const bin = Math.floor((steps[i] - 1e-9) / wide);
    const from = i;
    while (i < steps.length && Math.floor((steps[i] - 1e-9) / wide) === bin) i++;
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

/** Moves label positions apart to at least `gap`, within [top, bottom], keeping their order. */
export function spreadLabels(wanted: number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = new Array<number>(wanted.length);
  let floor = top;
  for (const i of order) {
    placed[i] = Math.max(wanted[i], floor);
    floor = placed[i] + gap;
  }
  let ceiling = bottom;
  for (const i of [...order].reverse()) {
    placed[i] = Math.min(placed[i], ceiling);
    ceiling = placed[i] - gap;
  }
  return placed;
}
