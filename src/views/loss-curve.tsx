/**
 * Loss against steps, on a log axis, averaged over a few steps; past runs stand faintly behind.
 * `lossCurve` reads the metric `loss`; other curves of one number are made the same way.
 */
import { count, value } from '../lab/format';
import { recent } from '../lab/run';
import type { RunData, View, ViewProps } from '../lab/types';
import { Events, narrow, StepAxis, tickCount, YAxis } from './axes';
import { binned, extent, linear, log, path, type Scale, spreadLabels } from './scale';

interface Curve {
  name: string;
  metric: string;
  /** On the axis: quantity and unit. */
  label: string;
  scale?: 'log' | 'linear';
  aspect?: number;
}

export function curveOf({ name, metric, label, scale = 'log', aspect = 0.4 }: Curve): View {
  const series = (run: RunData, last: number, bins: number) =>
    binned(run.steps, run.metrics[metric] ?? [], last, bins);

  function Draw({ run, width, height, past = [], lastStep }: ViewProps) {
    const all = [...past, run];
    const named = past.some((each) => each.label);
    const left = width < narrow ? 46 : 56;
    const right = width - (named ? 68 : width < narrow ? 48 : 60);
    const [top, bottom] = [34, height - 40];
    const last = Math.max(lastStep ?? 0, run.step, 1);
    const runs = all.map((each) => series(each, last, Math.floor(right / 4)));
    const domain = extent(
      runs.flatMap(({ rows }) => rows.map(([y]) => y)).filter((y) => scale === 'linear' || y > 0),
      scale === 'log' ? [0.01, 1] : [0, 1],
    );
    const room = tickCount(bottom - top, 42);
    const y =
      scale === 'log'
        ? log([domain[0] / 1.2, domain[1] * 1.1], [bottom, top], room)
        : linear([Math.min(0, domain[0]), domain[1] * 1.08 || 1], [bottom, top], room);
    const x = linear([0, last], [left, right], tickCount(right - left));
    const own = runs.at(-1)!;
    const end = own.steps.length - 1;
    return (
      <>
        <YAxis scale={y} left={left} right={right} label={label} />
        <StepAxis scale={x} y={bottom} />
        {runs.slice(0, -1).map((each, i) => (
          <path key={i} class="v-past" d={line(each, x, y)} />
        ))}
        <path class="v-line" d={line(own, x, y)} />
        {named && <Names runs={all} series={runs} x={x} y={y} />}
        <Events run={run} x={x} top={top} bottom={bottom} />
        {end >= 0 && !named && (
          <g transform={`translate(${x(own.steps[end])},${y(own.rows[end][0])})`}>
            <circle class="v-dot" r="3" />
            <text class="v-label" x="7" dy="0.36em">
              {value(recent(run, metric, 0.02)[0])}
            </text>
          </g>
        )}
      </>
    );
  }

  return {
    name,
    reads: { metrics: [metric] },
    aspect,
    narrowAspect: 0.78,
    Draw,
    describe(run) {
      const { rows } = series(run, run.step, 50);
      if (!rows.length) return `${label}: nothing trained yet.`;
      return `${label} from ${value(rows[0][0])} to ${value(rows.at(-1)![0])} in ${count(run.step)} steps.`;
    },
    table(run) {
      const { steps, rows } = series(run, run.step, 40);
      return {
        columns: ['step', label],
        rows: steps.map((step, i) => [Math.round(step), value(rows[i][0])]),
      };
    },
  };
}

interface NamesProps {
  runs: RunData[];
  series: { steps: number[]; rows: number[][] }[];
  x: Scale;
  y: Scale;
}

/** The short name of each run at the end of its curve, moved apart where they meet. */
function Names({ runs, series, x, y }: NamesProps) {
  const ends = series.map(({ steps, rows }) => ({ at: steps.at(-1), to: rows.at(-1)?.[0] }));
  const shown = runs.map((_, i) => i).filter((i) => ends[i].at !== undefined && runs[i].label);
  const [low, high] = y.range;
  const places = spreadLabels(
    shown.map((i) => y(ends[i].to!)),
    16,
    high,
    low,
  );
  return (
    <>
      {shown.map((i, n) => (
        <text
          key={`${runs[i].label} ${i}`}
          class={i === runs.length - 1 ? 'v-label v-own' : 'v-axis'}
          x={x(ends[i].at!) + 8}
          y={places[n]}
          dy="0.36em"
        >
          {`${runs[i].label} ${value(ends[i].to)}`}
        </text>
      ))}
    </>
  );
}

const line = ({ steps, rows }: { steps: number[]; rows: number[][] }, x: Scale, y: Scale) =>
  path(steps.map((step, i) => [x(step), y(rows[i][0])] as const));

export const lossCurve = curveOf({ name: 'loss-curve', metric: 'loss', label: 'loss (log scale)' });
