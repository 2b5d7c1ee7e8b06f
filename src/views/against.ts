/**
 * Numbers against a number that is no training step: lines and measured points over members,
 * positions, sizes. Lines are named at their ends; past runs stand faintly behind.
 */
import * as Plot from '@observablehq/plot';
import { plain, value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, numberAxes, type Side } from './axes';
import { extent, linearDomain, logDomain } from './bins';
import { series } from './curves';
import { literal } from './marks/bullets';
import { ends, roomFor } from './marks/ends';
import { key } from './marks/key';
import { type Rule, rules } from './marks/rules';

export interface Drawn {
  name: string;
  at: number[];
  values: number[];
  /** Points that were measured, rather than a line that follows from a formula. */
  measured?: boolean;
  /** A level that the line of this number goes to, dashed. */
  floor?: number;
  /** The number of a line whose colour it shares; its own place among the lines unless said. */
  like?: number;
}

export interface AgainstOptions {
  name: string;
  reads: ChartView['reads'];
  x: Side;
  y: Side;
  lines(run: RunData): Drawn[];
  rules?(run: RunData): Rule[];
  /** A value on the horizontal axis that means something for this run. */
  mark?(run: RunData): { at: number; words: string } | undefined;
  /** True where past runs' lines are named at their ends, too: few, and told apart by their names. */
  namesPast?: boolean;
  aspect?: number;
  narrowAspect?: number;
}

interface Point {
  at: number;
  value: number;
  line: number;
}

export function against(options: AgainstOptions): ChartView {
  const { name, x, y, aspect = 0.42, narrowAspect = 0.95 } = options;

  function plot({ run, width, height, past = [] }: ViewProps): Plot.PlotOptions {
    const tight = width < narrow;
    const own = options.lines(run).filter(({ values }) => values.some(Number.isFinite));
    const behind = past.flatMap((each) => options.lines(each).filter((line) => !line.measured));
    const levels = options.rules?.(run) ?? [];
    const mark = options.mark?.(run);
    const points = (all: Drawn[]): Point[] =>
      all.flatMap(({ at, values }, line) =>
        at.map((place, i) => ({ at: place, value: values[i], line })),
      );
    const heights = [
      ...[...own, ...behind].flatMap(({ values }) => values),
      ...own.flatMap(({ floor = [] }) => floor),
      ...levels.map(({ at }) => at),
    ].filter((height) => Number.isFinite(height) && (y.scale !== 'log' || height > 0));
    const ys = y.scale === 'log' ? logDomain(heights) : linearDomain(heights);
    const xs = extent(
      own.flatMap(({ at }) => at),
      [x.scale === 'log' ? 1 : 0, 10],
    );
    const middle = x.scale === 'log' ? Math.sqrt(xs[0] * xs[1]) : (xs[0] + xs[1]) / 2;
    const hue = (line: number) => series(own[line]?.like ?? line);
    const stroke = literal(({ line }: Point) => hue(line));
    const lines = own.map((line, i) => ({ ...line, i })).filter(({ measured }) => !measured);
    const told = new Set(lines.map(({ name }) => name));
    const labels = [
      ...lines.map((line) => ({ ...line, fill: hue(line.i) })),
      ...(options.namesPast ? lastOfEach(behind) : [])
        .filter(({ name }) => !told.has(name))
        .map((line) => ({ ...line, fill: 'var(--soft)' })),
    ].map(({ name, at, values, fill }) => ({
      x: at.at(-1) ?? Number.NaN,
      y: clamp(values.at(-1), ys),
      name,
      fill,
    }));
    const lone = labels.length === 1;
    const room = tight || lone ? 20 : roomFor(labels, width, 0.3);
    const left = tight ? 46 : 56;
    const named = key(
      tight && !lone
        ? labels.map(({ name, fill }) => ({ words: name, className: 'v-member', stroke: fill }))
        : [],
      {
        frameAnchor: 'bottom-left',
        dy: 33,
        width: width - left - room,
        beside: x.label,
      },
    );
    const frame = {
      marginLeft: left,
      marginRight: room,
      marginTop: 34,
      marginBottom: 44 + named.height,
    };
    const tall = height - frame.marginTop - frame.marginBottom;
    const wide = width - left - room;
    return {
      ...frame,
      x: { domain: xs, type: x.scale ?? 'linear' },
      y: { domain: ys, type: y.scale ?? 'linear' },
      marks: [
        numberAxes({ ...x, domain: xs, wide }, { ...y, domain: ys, tall }, frame, tight),
        rules(levels),
        mark ? Plot.ruleX([mark.at], { className: 'v-event' }) : null,
        Plot.text(mark ? [mark.words] : [], {
          x: [mark?.at ?? 0],
          frameAnchor: 'top',
          lineAnchor: 'top',
          textAnchor: mark && mark.at > middle ? 'end' : 'start',
          dx: mark && mark.at > middle ? -6 : 6,
          dy: 4,
          className: 'v-label v-on-paper',
        }),
        Plot.line(points(behind), { x: 'at', y: 'value', z: 'line', className: 'v-past' }),
        Plot.ruleY(
          own.flatMap(({ floor }, line) =>
            floor !== undefined && (y.scale !== 'log' || floor > 0) ? [{ floor, line }] : [],
          ),
          {
            y: 'floor',
            stroke: literal(({ line }: { line: number }) => hue(line)),
            className: 'v-floor',
          },
        ),
        Plot.line(
          points(own).filter(({ line }) => !own[line].measured),
          { x: 'at', y: 'value', z: 'line', stroke, className: 'v-line' },
        ),
        Plot.dot(
          points(own).filter(({ line, value }) => own[line].measured && Number.isFinite(value)),
          { x: 'at', y: 'value', r: 4, fill: stroke, stroke: 'var(--paper)' },
        ),
        tight || lone ? named.marks : ends(labels, room),
      ],
    };
  }

  return {
    name,
    reads: options.reads,
    aspect,
    narrowAspect,
    plot,
    describe(run) {
      const all = options.lines(run).filter(({ values }) => values.some(Number.isFinite));
      if (!all.length) return `${y.label} against ${x.label}: nothing measured yet.`;
      const [sayX, sayY] = [x.say ?? plain, y.say ?? value];
      const words = all.map(({ name, at, values, floor }) => {
        const goes = `${name}: ${sayY(values[0])} at ${sayX(at[0])}, ${sayY(values.at(-1)!)} at ${sayX(at.at(-1)!)}`;
        return floor === undefined ? goes : `${goes}, never below ${sayY(floor)}`;
      });
      return `${y.label} against ${x.label}. ${words.join('; ')}.`;
    },
    table(run) {
      const all = options.lines(run);
      const places = [...new Set(all.flatMap(({ at }) => at))].sort((a, b) => a - b);
      return {
        columns: [x.label, ...all.map(({ name }) => name)],
        rows: places.map((place) => [
          (x.say ?? plain)(place),
          ...all.map(({ at, values }) => (y.say ?? value)(values[at.indexOf(place)] ?? Number.NaN)),
        ]),
      };
    },
  };
}

/** Of lines of one name the last: the latest run. */
const lastOfEach = (lines: Drawn[]): Drawn[] => [
  ...new Map(lines.map((line) => [line.name, line])).values(),
];

const clamp = (y = Number.NaN, [low, high]: [number, number]) => Math.max(low, Math.min(high, y));
