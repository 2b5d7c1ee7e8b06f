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
import { literal } from './marks/bullets';
import { isCrowded, placedNames, places, roomOf, type Spot } from './marks/placed-names';
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
    const given = options.rules?.(run) ?? [];
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
      ...given.map(({ at }) => at),
    ];
    const ys = domainOf(y, heights.filter(Number.isFinite), true);
    const wide = width - frame.marginLeft - frame.marginRight;
    const tall = height - frame.marginTop - frame.marginBottom;
    const across = (dot: Dot) => shareAlong(x.scale, xs, dot.x) * wide;
    const down = (dot: Dot) => (1 - shareAlong(y.scale, ys, dot.y)) * tall;
    const at = (dot: Dot): Spot => ({ x: across(dot), y: down(dot) });
    const atRule = ({ at: level, words }: Rule, side: Rule['side']) => {
      const foot = (1 - shareAlong(y.scale, ys, level)) * tall - 4;
      return side === 'left' ? roomOf(words, 0, foot, 'start') : roomOf(words, wide, foot, 'end');
    };
    // The words of a rule leave the end where points bear their names.
    const spots = own.map(at);
    const levels = given.map((rule): Rule => {
      const moves =
        !rule.side &&
        isCrowded(atRule(rule, 'right'), spots) &&
        !isCrowded(atRule(rule, 'left'), spots);
      return moves ? { ...rule, side: 'left' } : rule;
    });
    const hue = literal((dot: Dot) => dot.hue);
    const named = own.filter((dot) => dot.name);
    const twofold = own.filter((dot) => Number.isFinite(dot.second));
    const atSecond = (dot: Dot) => at({ ...dot, y: dot.second });
    /** The dot that follows in a dot's line. */
    const next = (dot: Dot) =>
      lines ? own.slice(own.indexOf(dot) + 1).find(({ group }) => group === dot.group) : undefined;
    const chosen = placedNames(
      named.map((dot) => ({ name: dot.name, ...at(dot) })),
      {
        room: {
          left: -frame.marginLeft,
          right: wide + frame.marginRight,
          top: -20,
          bottom: tall + 6,
        },
        others: [...own.filter((dot) => !dot.name).map(at), ...twofold.map(atSecond)],
        lines: [
          ...own.flatMap((dot): [Spot, Spot][] => {
            const to = next(dot);
            return to ? [[at(dot), at(to)]] : [];
          }),
          ...twofold.map((dot): [Spot, Spot] => [at(dot), atSecond(dot)]),
        ],
        words: levels.map((rule) => atRule(rule, rule.side)),
      },
    );
    const names = places.map(({ dx, dy, anchor }, place) =>
      Plot.text(
        named.filter((_, i) => chosen[i] === place),
        {
          x: 'x',
          y: 'y',
          text: 'name',
          fill: hue,
          textAnchor: anchor,
          dx,
          dy,
          className: 'v-label v-on-paper',
        },
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
        Plot.link(twofold, {
          x: 'x',
          y1: 'y',
          y2: 'second',
          stroke: hue,
          className: 'v-line v-thin',
        }),
        Plot.dot(behind, { x: 'x', y: 'y', r: 3.5, className: 'v-behind' }),
        Plot.dot(twofold, { x: 'x', y: 'second', r: 4, stroke: hue, className: 'v-hollow' }),
        Plot.dot(own, { x: 'x', y: 'y', r: 4.5, fill: hue, stroke: 'none' }),
        Plot.text(twofold.slice(0, 1), {
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

/** Where a number lies between the ends of its axis, 0 to 1. */
const shareAlong = (scale: Side['scale'], [low, high]: [number, number], at: number) =>
  scale === 'log' ? Math.log(at / low) / Math.log(high / low) : (at - low) / (high - low);

const padded = ([low, high]: [number, number]): [number, number] => {
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
};
