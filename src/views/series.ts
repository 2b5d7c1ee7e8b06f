/** Curves of one run, of several lanes, or of many seeds: what is drawn of which run. */
import { median } from '../lab/seeds';
import type { Axis, ChartView, RunData } from '../lab/types';
import { factsOf, type Names, namesOf } from './names';
import { type Trace, trace } from './progress';

/** A metric, or one column of it, with the name that stands at its end. */
export interface Part {
  metric: string;
  column?: number;
  name?: string;
}

/** One metric by name; several parts; or every column of one metric. */
export type Of = string | Part[] | { metric: string; names: Names };

/** A curve as it is drawn; `low` and `high` where it stands for several seeds. */
export interface Curve extends Trace {
  name: string;
  low?: number[];
  high?: number[];
}

/** The lanes of a race or a sweep; of any other run, itself. */
export const runsOf = (run: RunData): RunData[] => (run.lanes?.length ? run.lanes : [run]);

export const isOfExperts = (of: Of) =>
  typeof of === 'object' && 'names' in of && of.names === 'experts';

/** What a view of these parts reads in a run. */
export function readsOf(of: Of): ChartView['reads'] {
  // For the axis of operations, where a run knows them.
  const maybe = ['flopsPerStep'];
  if (typeof of === 'string') return { metrics: [of], maybe };
  if (!('metric' in of)) return { metrics: [...new Set(of.map(({ metric }) => metric))], maybe };
  return { metrics: [of.metric], facts: factsOf(of.names), maybe };
}

function partsOf(of: Of, run: RunData): Part[] {
  if (typeof of === 'string') return [{ metric: of }];
  if (!('metric' in of)) return of;
  const columns = run.metrics[of.metric]?.[0]?.length ?? 0;
  return namesOf(run, of.names, columns).map((name, column) => ({
    metric: of.metric,
    column,
    name,
  }));
}

/** One curve a lane and part; lanes of one name are seeds of the same and become one curve. */
export function curvesOf(
  run: RunData,
  of: Of,
  axis: Axis,
  last: number,
  bins: number,
  share?: number,
): Curve[] {
  const runs = runsOf(run);
  const all = runs.flatMap((each) =>
    partsOf(of, each).map((part) => ({
      ...trace(each, part, axis, last, bins, share),
      name: [runs.length > 1 && each.label, part.name].filter(Boolean).join(', '),
    })),
  );
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) => together(all.filter((curve) => curve.name === name)));
}

/** Of several seeds the median, least and greatest at each point that all have reached. */
function together(seeds: Curve[]): Curve {
  const [first, ...others] = seeds;
  if (!others.length) return first;
  const reached = Math.min(...seeds.map(({ values }) => values.length));
  const points = Array.from({ length: reached }, (_, i) => seeds.map(({ values }) => values[i]));
  return {
    name: first.name,
    steps: first.steps.slice(0, reached),
    at: Array.from(
      { length: reached },
      (_, i) => seeds.reduce((sum, { at }) => sum + at[i], 0) / seeds.length,
    ),
    values: points.map(median),
    now: median(seeds.map(({ now }) => now)),
    low: points.map((point) => Math.min(...point)),
    high: points.map((point) => Math.max(...point)),
  };
}

export interface Point {
  at: number;
  value: number;
  curve: number;
  low?: number;
  high?: number;
}

/** The points of a curve, for marks that draw many curves at once. */
export const pointsOf = (curve: Curve, number: number): Point[] =>
  curve.at.map((at, i) => ({
    at,
    value: curve.values[i],
    curve: number,
    ...(curve.low && { low: curve.low[i], high: curve.high![i] }),
  }));

/** Where a curve ends; NaN before it has begun. */
export const endOfCurve = ({ at, values }: Curve) => ({
  x: at.at(-1) ?? Number.NaN,
  y: values.at(-1) ?? Number.NaN,
});
