/**
 * A sweep: several models trained at once, one value of a setting each; their results as points
 * over that value, moving as they train. Panels share the horizontal axis, one quantity each.
 */
import * as Plot from '@observablehq/plot';
import { count, plain, value } from '../lab/format';
import { recent } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { type Frame, logTicks, narrow, xAxis, yAxis } from './axes';
import { extent, linearDomain, logDomain } from './bins';
import { type Rule, rules } from './marks/rules';

export interface Panel {
  /** A metric as wide as the sweep. */
  metric: string;
  label: string;
  scale: 'log' | 'linear';
  /** A value every model of a run can be held against, with its words. */
  rule?(run: RunData): Rule | undefined;
  /** What could be had without training at some of the swept values, and what it is called. */
  beside?: { words: string; points(run: RunData): { at: number; value: number }[] };
}

export interface SweepOptions {
  name: string;
  /** Probe that holds the swept values. */
  over: string;
  label: string;
  panels: Panel[];
  /** Probes that `mark` looks at. */
  reads?: string[];
  /** Facts and probes that rules and what stands beside look at, where a run has them. */
  maybe?: string[];
  /** A value on the horizontal axis that means something for this run. */
  mark?(run: RunData): { at: number; words: string } | undefined;
  aspect?: number;
  narrowAspect?: number;
}

const valuesOf = (run: RunData, over: string) => Array.from(run.probes[over]?.data ?? []);

interface Point {
  at: number;
  value: number;
  run: number;
}

export function sweepOf(sweep: SweepOptions): ChartView {
  const { name, over, label, panels, aspect, narrowAspect } = sweep;

  /** One result of each run at each swept value that has one. */
  const pointsOf = (runs: RunData[], metric: string): Point[] =>
    runs.flatMap((run, number) => {
      const results = recent(run, metric, 0.05);
      return valuesOf(run, over)
        .map((at, i) => ({ at, value: results[i], run: number }))
        .filter((point) => Number.isFinite(point.value));
    });

  function plot({ run, width, height, past = [] }: ViewProps): Plot.PlotOptions[] {
    const tight = width < narrow;
    const swept = valuesOf(run, over);
    const x = sweepScale(swept);
    const each = (height - 46) / panels.length;
    const mark = sweep.mark?.(run);
    return panels.map((panel, i) => {
      const last = i === panels.length - 1;
      const bottom = (i + 1) * each - (last ? 0 : 6);
      const frame: Frame = {
        marginLeft: tight ? 48 : 60,
        marginRight: tight ? 14 : 60,
        marginTop: Math.round(i * each + 36),
        marginBottom: Math.round(height - bottom),
      };
      const own = pointsOf([run], panel.metric).map((point) => ({
        ...point,
        at: x.place(point.at),
      }));
      const behind = pointsOf(past, panel.metric).map((point) => ({
        ...point,
        at: x.place(point.at),
      }));
      const beside = (panel.beside?.points(run) ?? []).map(({ at, value }) => ({
        at: x.place(at),
        value,
      }));
      const reached = [...own, ...behind, ...beside].map((point) => point.value);
      const level = panel.rule?.(run);
      const levels = level ? [level] : [];
      const all = [...reached, ...levels.map(({ at }) => at)];
      const domain = panel.scale === 'log' ? logDomain(all) : linearDomain(all);
      const line = { x: 'at', y: 'value', z: 'run' };
      return {
        ...frame,
        x: { type: 'log', domain: x.domain },
        y: { type: panel.scale, domain },
        marks: [
          yAxis(
            {
              label: panel.label,
              ...(panel.scale === 'log' && {
                ticks: logTicks(domain, (bottom - frame.marginTop) / 36),
              }),
            },
            frame,
          ),
          last ? xAxis({ label, ticks: x.ticks, words: x.words }) : null,
          mark ? marked(mark, x.domain, i === 0) : null,
          rules(levels),
          Plot.line(behind, { ...line, className: 'v-past' }),
          besideMarks(beside, panel.beside?.words ?? ''),
          Plot.line(own, { ...line, className: 'v-line v-thin' }),
          Plot.dot(own, { x: 'at', y: 'value', r: 4, className: 'v-dot' }),
        ],
      };
    });
  }

  return {
    name,
    reads: {
      metrics: panels.map(({ metric }) => metric),
      probes: [over, ...(sweep.reads ?? [])],
      maybe: sweep.maybe,
    },
    aspect: aspect ?? 0.42 * (panels.length > 1 ? 1.35 : 1),
    narrowAspect: narrowAspect ?? (panels.length > 1 ? 1.2 : 0.85),
    plot,
    describe(run) {
      const xs = valuesOf(run, over);
      if (!run.steps.length || !xs.length) return `Nothing trained yet over ${label}.`;
      const mark = sweep.mark?.(run);
      const words = panels.map((panel) => {
        const ys = recent(run, panel.metric, 0.05);
        const points = xs.map((x, i) => `${value(ys[i])} at ${plain(Number(x.toPrecision(3)))}`);
        return [`${panel.label}: ${points.join(', ')}`, ...besideWords(panel, run)].join('. ');
      });
      return `After ${count(run.step)} steps, over ${label}. ${words.join('. ')}.${mark ? ` ${mark.words}: ${plain(mark.at)}.` : ''}`;
    },
    table(run) {
      const columns = panels.flatMap((panel) => columnsOf(panel, run));
      return {
        columns: [label, ...columns.map((column) => column.label)],
        rows: valuesOf(run, over).map((x, i) => [
          plain(Number(x.toPrecision(3))),
          ...columns.map(({ at }) => at(x, i)),
        ]),
      };
    },
  };
}

/** The results of a panel, and what could be had without training: a column each. */
function columnsOf({ label, metric, beside }: Panel, run: RunData) {
  const results = recent(run, metric, 0.05);
  const known = new Map(beside?.points(run).map((point) => [point.at, point.value]));
  return [
    { label, at: (_: number, i: number) => value(results[i]) },
    ...(known.size ? [{ label: beside!.words, at: (x: number) => value(known.get(x)) }] : []),
  ];
}

/** Its last point, in words; nothing where there is none. */
function besideWords({ beside }: Panel, run: RunData): string[] {
  const last = beside?.points(run).at(-1);
  return last ? [`${beside!.words}: ${value(last.value)} at ${plain(last.at)}`] : [];
}

/** A dashed line with its words at the end. */
const besideMarks = (points: { at: number; value: number }[], words: string): Plot.Markish[] => [
  Plot.line(points, { x: 'at', y: 'value', className: 'v-line v-thin v-beside' }),
  Plot.text(points.slice(-1), {
    x: 'at',
    y: 'value',
    text: () => words,
    textAnchor: 'end',
    lineAnchor: 'top',
    dx: -10,
    dy: -5,
    className: 'v-axis v-on-paper',
  }),
];

interface SweepScale {
  domain: [number, number];
  ticks: number[];
  words(tick: number): string;
  /** Where a value stands: 0 has no place of its own on a log axis. */
  place(value: number): number;
}

/**
 * A log axis with the swept values for ticks; a value of 0 stands half a decade to the left of the
 * least other one.
 */
function sweepScale(swept: number[]): SweepScale {
  const some = swept.filter((x) => x > 0);
  const [low, high] = extent(some, [1, 10]);
  const zero = swept.some((x) => x === 0) ? low / 10 ** 0.5 : undefined;
  const ticks = some.map((x) => Number(x.toPrecision(3)));
  return {
    domain: [zero ?? low / 1.15, high * 1.15],
    ticks: zero === undefined ? ticks : [zero, ...ticks],
    words: (tick) => (tick === zero ? '0' : plain(tick)),
    place: (x) => (x === 0 && zero !== undefined ? zero : x),
  };
}

/** A value of the horizontal axis as a rule through all panels, named above the first. */
function marked(mark: { at: number; words: string }, domain: [number, number], named: boolean) {
  const [low, high] = domain;
  const toLeft = mark.at / low > high / mark.at;
  return [
    Plot.ruleX([mark.at], { insetTop: named ? -14 : -42, className: 'v-event' }),
    Plot.text(named ? [mark.words] : [], {
      x: [mark.at],
      frameAnchor: 'top',
      lineAnchor: 'bottom',
      textAnchor: toLeft ? 'end' : 'start',
      dx: toLeft ? -6 : 6,
      dy: -3,
      className: 'v-label v-on-paper',
    }),
  ];
}
