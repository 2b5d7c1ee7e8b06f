/**
 * A point for each run: two of its numbers against each other, each axis logarithmic or not. Points
 * that have a name bear it; those of a group are joined; a second height may be joined to the first
 * (seen and unseen); past runs stand faintly behind.
 */
import * as Plot from '@observablehq/plot';
import { value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { type NumberOf, numberOf, readsOfNumbers } from './amounts';
import { type Side as Axis, narrow, numberAxes } from './axes';
import { extent, linearDomain, logDomain } from './bins';
import { apart } from './marks/apart';
import { literal } from './marks/bullets';
import { type Rule, rules } from './marks/rules';
import { runsOf } from './series';

interface Side extends Axis {
  of: NumberOf;
  from?: number;
  to?: number;
}

export interface ScatterOptions {
  name: string;
  x: Side;
  y: Side;
  /** A second height, drawn hollow and joined to the first. */
  second?: { of: NumberOf; name: string };
  /** A setting whose values tell the lines that points are joined in. */
  lines?: string;
  rules?(run: RunData): Rule[];
  aspect?: number;
  narrowAspect?: number;
}

interface Dot {
  name: string;
  group: string;
  x: number;
  y: number;
  second: number;
  hue: string;
}

export function scatter(options: ScatterOptions): ChartView {
  const { name, x, y, second, lines, aspect = 0.5, narrowAspect = 0.95 } = options;
  const [sayX, sayY] = [x.say ?? value, y.say ?? value];

  function dotsOf(runs: RunData[]): Dot[] {
    const groups = lines ? [...new Set(runs.map(({ settings }) => String(settings[lines])))] : [];
    return runs
      .map((run) => {
        const group = lines ? String(run.settings[lines]) : '';
        return {
          name: run.label ?? '',
          group,
          x: numberOf(run, x.of),
          y: numberOf(run, y.of),
          second: second ? numberOf(run, second.of) : Number.NaN,
          hue: lines ? `var(--series-${groups.indexOf(group) % 6})` : 'var(--ink)',
        };
      })
      .filter((dot) => Number.isFinite(dot.x) && Number.isFinite(dot.y))
      .sort((a, b) => a.x - b.x);
  }

  function domainOf(
    { scale, from, to }: Side,
    numbers: number[],
    whole: boolean,
  ): [number, number] {
    const [low, high] =
      scale === 'log'
        ? logDomain(numbers)
        : whole
          ? linearDomain(numbers)
          : padded(extent(numbers));
    return [from ?? low, to ?? high];
  }

  function plot({ run, width, height, past = [] }: ViewProps): Plot.PlotOptions {
    const tight = width < narrow;
    const own = dotsOf(runsOf(run));
    const behind = dotsOf(past);
    const levels = options.rules?.(run) ?? [];
    const all = [...own, ...behind];
    const frame = {
      marginLeft: tight ? 48 : 58,
      marginRight: tight ? 22 : 90,
      marginTop: 34,
      marginBottom: 44,
    };
    const xs = domainOf(
      x,
      all.map((dot) => dot.x),
      false,
    );
    const heights = [
      ...all.map((dot) => dot.y),
      ...all.map((dot) => dot.second),
      ...levels.map(({ at }) => at),
    ];
    const ys = domainOf(y, heights.filter(Number.isFinite), true);
    const wide = width - frame.marginLeft - frame.marginRight;
    const tall = height - frame.marginTop - frame.marginBottom;
    const across = (dot: Dot) => shareAlong(x.scale, xs, dot.x) * wide;
    const down = (dot: Dot) => (1 - shareAlong(y.scale, ys, dot.y)) * tall;
    const lengthOf = (dot: Dot) => 12 + dot.name.length * letter;
    /** Whether a name that reaches so far from its point would lie over another point. */
    const covers = (dot: Dot, reach: number) =>
      own.some((other) => {
        const away = (across(other) - across(dot)) * Math.sign(reach);
        return away > 0 && away < Math.abs(reach) && Math.abs(down(other) - down(dot)) < 12;
      });
    // A name stands to the left of its point where on the right it would leave the picture or
    // cover another point, if the left has room.
    const leftward = (dot: Dot) => {
      const long = lengthOf(dot);
      if (across(dot) + long > wide + frame.marginRight) return true;
      return covers(dot, long) && !covers(dot, -long) && across(dot) > long;
    };
    const hue = literal((dot: Dot) => dot.hue);
    /** The point that a line goes on to, if any. */
    const next = (dot: Dot) =>
      lines ? own.find((other) => other.group === dot.group && other.x > dot.x) : undefined;
    const rises = (dot: Dot) => {
      const to = next(dot);
      return to ? down(to) < down(dot) : undefined;
    };
    // A name keeps off the line: above it where it falls or comes from the left, below where it rises.
    const sides = [
      { left: false, rising: undefined, off: { dx: 9 } },
      { left: false, rising: false, off: { dx: 5, dy: -11 } },
      { left: false, rising: true, off: { dx: 5, dy: 12 } },
      { left: true, off: lines ? { dx: 6, dy: -13 } : { dx: -9 } },
    ];
    const names = sides.map(({ left, rising, off }) =>
      Plot.text(
        own.filter((dot) => dot.name && leftward(dot) === left && (left || rises(dot) === rising)),
        apart(
          15,
          6,
          90,
        )({
          x: 'x',
          y: 'y',
          text: 'name',
          fill: hue,
          textAnchor: left ? ('end' as const) : ('start' as const),
          ...off,
          className: 'v-label v-on-paper',
        }),
      ),
    );
    return {
      ...frame,
      x: { domain: xs, type: x.scale ?? 'linear' },
      y: { domain: ys, type: y.scale ?? 'linear' },
      marks: [
        numberAxes({ ...x, domain: xs, wide }, { ...y, domain: ys, tall }, frame, tight),
        rules(levels),
        Plot.line(lines ? own : [], {
          x: 'x',
          y: 'y',
          z: 'group',
          stroke: hue,
          className: 'v-line v-thin',
        }),
        Plot.link(
          own.filter((dot) => Number.isFinite(dot.second)),
          { x: 'x', y1: 'y', y2: 'second', stroke: hue, className: 'v-line v-thin' },
        ),
        Plot.dot(behind, { x: 'x', y: 'y', r: 3.5, className: 'v-behind' }),
        Plot.dot(
          own.filter((dot) => Number.isFinite(dot.second)),
          { x: 'x', y: 'second', r: 4, stroke: hue, className: 'v-hollow' },
        ),
        Plot.dot(own, { x: 'x', y: 'y', r: 4.5, fill: hue, stroke: 'none' }),
        Plot.text(second ? own.filter((dot) => Number.isFinite(dot.second)).slice(0, 1) : [], {
          x: 'x',
          y: 'second',
          text: () => second!.name,
          textAnchor: 'start',
          dx: 9,
          className: 'v-axis v-on-paper',
        }),
        ...names,
      ],
    };
  }

  return {
    name,
    reads: readsOfNumbers(x.of, y.of, second?.of),
    aspect,
    narrowAspect,
    plot,
    describe(run) {
      const all = dotsOf(runsOf(run));
      if (!all.length) return `${y.label} against ${x.label}: nothing measured yet.`;
      const words = all.map((dot) => {
        const more =
          second && Number.isFinite(dot.second) ? ` (${second.name} ${sayY(dot.second)})` : '';
        return `${dot.name ? `${dot.name}: ` : ''}${sayY(dot.y)} at ${sayX(dot.x)}${more}`;
      });
      return `${y.label} against ${x.label}. ${words.join('; ')}.`;
    },
    table(run) {
      return {
        columns: ['run', x.label, y.label, ...(second ? [second.name] : [])],
        rows: dotsOf(runsOf(run)).map((dot, i) => [
          dot.name || String(i + 1),
          sayX(dot.x),
          sayY(dot.y),
          ...(second ? [sayY(dot.second)] : []),
        ]),
      };
    },
  };
}

/** About as wide as a letter of a name, in pixels. */
const letter = 6.6;

/** Where a number lies between the ends of its axis, 0 to 1. */
const shareAlong = (scale: Side['scale'], [low, high]: [number, number], at: number) =>
  scale === 'log' ? Math.log(at / low) / Math.log(high / low) : (at - low) / (high - low);

const padded = ([low, high]: [number, number]): [number, number] => {
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
};
