/**
 * Numbers over training: any metrics of one run, of several side by side, or of many seeds. Curves
 * are named at their ends; past runs stand faintly behind; what was changed on the way is marked.
 */
import * as Plot from '@observablehq/plot';
import { plain, value } from '../lab/format';
import type { Axis, ChartView, RunData, ViewProps } from '../lab/types';
import { logTicks, narrow, xAxis, yAxis } from './axes';
import { linearDomain, logDomain } from './bins';
import { apart } from './marks/apart';
import { color } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { ends, roomFor } from './marks/ends';
import { events } from './marks/events';
import { type Rule, rules } from './marks/rules';
import { axisOf, endOf, type Progress, progress } from './progress';
import {
  type Curve,
  curvesOf,
  endOfCurve,
  isOfExperts,
  type Of,
  type Point,
  pointsOf,
  readsOf,
  runsOf,
} from './series';

export interface CurvesOptions {
  name: string;
  of: Of;
  /** On the axis: quantity and unit. */
  label: string;
  /** `log` unless said. */
  scale?: 'log' | 'linear';
  /** Levels to hold the curves against: chance, the noise, what a dense model reaches. */
  rules?(run: RunData): Rule[];
  /** A number in words: three digits unless said. */
  say?(x: number): string;
  /** Share of the last rows whose mean is what a curve has come to: 0.02 unless said. */
  share?: number;
  /** What a step is, where it is no training step: "rows of 64 characters". */
  stepNoun?: string;
  aspect?: number;
  narrowAspect?: number;
}

/** The colour of the nth of several curves that are no experts. */
export const series = (n: number) => `var(--series-${n % 6})`;

export function curves(options: CurvesOptions): ChartView {
  const {
    name,
    of,
    label,
    scale = 'log',
    say = value,
    aspect = 0.4,
    narrowAspect = 0.78,
  } = options;
  const experts = isOfExperts(of);
  const hue = experts ? color : series;
  const progressOf = (axis: Axis) =>
    axis === 'steps' && options.stepNoun
      ? { ...progress.steps, label: options.stepNoun, noun: options.stepNoun }
      : progress[axis];

  function plot({ run, width, height, past = [], lastStep, axis: asked }: ViewProps) {
    const tight = width < narrow;
    const runs = runsOf(run);
    const axis = axisOf([...runs, ...past], asked);
    const end = Math.max(1e-9, ...[...runs, ...past].map((each) => endOf(each, axis, lastStep)));
    const last = Math.max(lastStep ?? 0, ...runs.map(({ step }) => step), 1);
    const gather = (each: RunData) =>
      curvesOf(each, of, axis, last, Math.floor(width / 4), options.share);
    const own = gather(run);
    const behind = past.flatMap((each) =>
      gather(each).map((curve) => ({ ...curve, name: named(each.label, curve.name) })),
    );

    const levels = options.rules?.(run) ?? [];
    const reached = [...own, ...behind].flatMap(({ values, low = [], high = [] }) => [
      ...values,
      ...low,
      ...high,
    ]);
    const all = [...reached, ...levels.map(({ at }) => at)];
    const domain = scale === 'log' ? logDomain(all) : linearDomain(all);

    const lone = own.length === 1 && !behind.some((curve) => curve.name);
    const labelled = (curve: Curve, name: string, fill: string) => ({
      ...endOfCurve(curve),
      name,
      value: say(curve.now),
      fill,
    });
    const labels = [
      ...own.map((curve, i) =>
        labelled(
          curve,
          lone || experts ? '' : named(behind.length ? run.label : '', curve.name),
          experts ? 'var(--ink)' : hue(i),
        ),
      ),
      ...behind
        .filter((curve) => curve.name)
        .map((curve) => labelled(curve, curve.name, 'var(--soft)')),
    ];
    const room = roomFor(labels, width);
    const frame = {
      marginLeft: tight ? 46 : 56,
      marginRight: room + (experts ? 20 : 0),
      marginTop: 34,
      marginBottom: 44,
    };
    const tall = height - frame.marginTop - frame.marginBottom;
    const wide = width - frame.marginLeft - frame.marginRight;
    const points = own.flatMap(pointsOf);
    const stroke = literal(({ curve }: Point) => hue(curve));
    return {
      ...frame,
      x: { domain: [0, end] },
      y: { domain, type: scale },
      marks: [
        yAxis(
          {
            label,
            ...(scale === 'log' && { ticks: logTicks(domain, tall / 36) }),
          },
          frame,
        ),
        xAxis({ ...progressOf(axis), spacing: tight ? 76 : 100 }),
        rules(levels),
        Plot.line(behind.flatMap(pointsOf), {
          x: 'at',
          y: 'value',
          z: 'curve',
          className: 'v-past',
        }),
        Plot.areaY(
          points.filter(({ low }) => low !== undefined),
          { x: 'at', y1: 'low', y2: 'high', z: 'curve', fill: stroke, className: 'v-band' },
        ),
        Plot.line(points, {
          x: 'at',
          y: 'value',
          z: 'curve',
          stroke,
          className: own.length > 4 ? 'v-line v-thin' : 'v-line',
        }),
        axis === 'steps' ? events(run, end, wide) : null,
        experts
          ? bullets(
              own.map((curve, expert) => ({ ...endOfCurve(curve), expert })),
              { x: 'x', y: 'y', dx: 14, r: 8, expert: (each) => each.expert, placed: apart(17, 8) },
            )
          : Plot.dot(
              own.map((curve, i) => ({ ...endOfCurve(curve), curve: i })),
              { x: 'x', y: 'y', r: 2.5, fill: literal(({ curve }) => hue(curve)), stroke: 'none' },
            ),
        ends(labels, frame.marginRight, experts ? 26 : 7),
      ],
    };
  }

  return {
    name,
    reads: readsOf(of),
    aspect,
    narrowAspect,
    plot,
    describe(run, asked) {
      const axis = axisOf(runsOf(run), asked);
      const all = curvesOf(run, of, axis, run.step, 50, options.share).filter(
        ({ values }) => values.length,
      );
      if (!all.length) return `${label}: nothing trained yet.`;
      return `${label} ${said(all, progressOf(axis), say)}.`;
    },
    table(run) {
      const all = curvesOf(run, of, 'steps', run.step, 40);
      // Lanes of unequal rows are binned at steps that differ by less than one.
      const whole = all.map((curve) => curve.steps.map(Math.round));
      const steps = [...new Set(whole.flat())].sort((a, b) => a - b);
      return {
        columns: ['step', ...all.map((curve) => curve.name || label)],
        rows: steps.map((step) => [
          plain(step),
          ...all.map((curve, i) => say(curve.values[whole[i].indexOf(step)] ?? Number.NaN)),
        ]),
      };
    },
  };
}

/** "from 1.2 to 0.03 in 1,000 training steps"; of several "after 1,000 training steps: A 0.1, B 0.2". */
function said(
  all: Curve[],
  { words, noun }: Pick<Progress, 'words' | 'noun'>,
  say: (x: number) => string,
): string {
  const reached = `${words(Math.max(...all.map(({ at }) => at.at(-1)!)))} ${noun}`;
  const [first] = all;
  if (all.length === 1) return `from ${say(first.values[0])} to ${say(first.now)} in ${reached}`;
  const each = all.map(({ name, now, low, high }) => {
    const spread = low && high ? ` (${say(low.at(-1)!)} to ${say(high.at(-1)!)})` : '';
    return `${name} ${say(now)}${spread}`;
  });
  return `after ${reached}: ${each.join(', ')}`;
}

const named = (...words: (string | undefined)[]) => words.filter(Boolean).join(' ');
