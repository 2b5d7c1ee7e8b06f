/**
 * A row for each contestant, a dot for each of its seeds: the median is marked and the range drawn,
 * so that no median is told as what happens.
 */
import * as Plot from '@observablehq/plot';
import { value } from '../lab/format';
import { median } from '../lab/seeds';
import type { ChartView, Findings, Lane, RunData, ViewProps } from '../lab/types';
import { type NumberOf, numberOf, readsOfNumbers } from './amounts';
import { logTicks, narrow, xAxis } from './axes';
import { extent, logDomain } from './bins';
import type { Rule } from './marks/rules';
import { runsOf } from './series';

export interface DotsOptions {
  name: string;
  /** A number of each lane; lanes of one label are seeds of the same. */
  of: NumberOf;
  /** Quantity and unit. */
  label: string;
  /** `linear` unless said. */
  scale?: 'log' | 'linear';
  /** What stands first: `low` unless said; `given` keeps the order of the lanes. */
  first?: 'low' | 'high' | 'given';
  rules?(run: RunData): Rule[];
  say?(x: number): string;
  /**
   * True where a lane's number is the run's finding of the lane's name, once the run has any: a
   * page draws of fewer rows than findings are made of.
   */
  told?: boolean;
  aspect?: number;
  narrowAspect?: number;
}

interface Row {
  name: string;
  values: number[];
  middle: number;
  low: number;
  high: number;
}

export function dots(options: DotsOptions): ChartView {
  const { name, of, label, scale = 'linear', first = 'low', say = value } = options;

  function rowsOf(run: RunData): Row[] {
    const seeds = new Map<string, number[]>();
    const { findings = {} } = run as RunData & { findings?: Findings };
    runsOf(run).forEach((lane, i) => {
      const told = options.told ? findings[(lane as Partial<Lane>).name ?? ''] : undefined;
      const number = told || numberOf(lane, of);
      const key = lane.label ?? String(i + 1);
      if (Number.isFinite(number)) seeds.set(key, [...(seeds.get(key) ?? []), number]);
    });
    const rows = [...seeds].map(([key, values]) => ({
      name: key,
      values,
      middle: median(values),
      low: Math.min(...values),
      high: Math.max(...values),
    }));
    if (first === 'given') return rows;
    return rows.toSorted((a, b) => (first === 'low' ? a.middle - b.middle : b.middle - a.middle));
  }

  function plot({ run, width, height }: ViewProps): Plot.PlotOptions {
    const tight = width < narrow;
    const rows = rowsOf(run);
    const levels = options.rules?.(run) ?? [];
    const longest = Math.max(0, ...rows.map((row) => row.name.length));
    const frame = {
      marginLeft: Math.round(Math.min(width * 0.4, longest * 6.7 + 16)),
      marginRight: 56,
      marginTop: levels.length ? 22 : 6,
      marginBottom: 44,
    };
    const pitch = (height - frame.marginTop - frame.marginBottom) / Math.max(1, rows.length);
    const all = [...rows.flatMap(({ values }) => values), ...levels.map(({ at }) => at)];
    const domain = scale === 'log' ? logDomain(all) : widened(extent(all));
    const spacing = tight ? 76 : 110;
    const wide = width - frame.marginLeft - frame.marginRight;
    const ticks = scale === 'log' ? logTicks(domain, wide / spacing) : undefined;
    const each = rows.flatMap((row) => row.values.map((x) => ({ name: row.name, x })));
    return {
      ...frame,
      x: { domain, type: scale },
      y: { type: 'band', domain: rows.map((row) => row.name), padding: 0 },
      marks: [
        Plot.gridX({
          ...(ticks ? { ticks } : { tickSpacing: spacing }),
          stroke: 'var(--hair)',
          strokeOpacity: 1,
        }),
        xAxis({ label, words: options.say, spacing, ...(ticks && { ticks }) }),
        Plot.ruleX(levels, { x: 'at', className: 'v-fair' }),
        Plot.text(levels, {
          x: 'at',
          text: 'words',
          frameAnchor: 'top',
          lineAnchor: 'bottom',
          dy: -4,
          className: 'v-axis',
        }),
        Plot.ruleY(rows, { y: 'name', x1: 'low', x2: 'high', className: 'v-range' }),
        Plot.dot(each, { x: 'x', y: 'name', r: 4, className: 'v-seed' }),
        Plot.tickX(rows, {
          x: 'middle',
          y: 'name',
          insetTop: pitch / 2 - 9,
          insetBottom: pitch / 2 - 9,
          className: 'v-middle',
        }),
        Plot.text(rows, {
          y: 'name',
          text: 'name',
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -10,
          lineWidth: (frame.marginLeft - 10) / 12.5,
          textOverflow: 'ellipsis',
          className: 'v-name',
        }),
        Plot.text(rows, {
          y: 'name',
          text: ({ middle }: Row) => say(middle),
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
          className: 'v-label',
        }),
      ],
    };
  }

  return {
    name,
    reads: readsOfNumbers(of),
    aspect: options.aspect ?? 0.34,
    narrowAspect: options.narrowAspect ?? 0.8,
    plot,
    describe(run) {
      const rows = rowsOf(run);
      if (!rows.length) return `${label}: nothing measured yet.`;
      const words = rows.map((row) =>
        row.values.length > 1
          ? `${row.name} ${say(row.middle)} in the median of ${row.values.length} seeds (${say(row.low)} to ${say(row.high)})`
          : `${row.name} ${say(row.middle)}`,
      );
      return `${label}: ${words.join(', ')}.`;
    },
    table(run) {
      return {
        columns: ['what', 'seeds', 'lowest', 'median', 'highest'],
        rows: rowsOf(run).map((row) => [
          row.name,
          row.values.length,
          say(row.low),
          say(row.middle),
          say(row.high),
        ]),
      };
    },
  };
}

/** With some room at both ends; a single number stands in the middle. */
function widened([low, high]: [number, number]): [number, number] {
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room, high + room];
}
