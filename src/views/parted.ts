/**
 * A whole and the parts that it is made of, as two bars of one length with their numbers, and what
 * is left over when the parts are taken from the whole. Reads the latest row of one metric.
 */
import * as Plot from '@observablehq/plot';
import { value } from '../lab/format';
import { latestRow } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, xAxis } from './axes';
import { literal } from './marks/bullets';

interface Share {
  /** Column of the metric. */
  column: number;
  name: string;
}

export interface PartedOptions {
  name: string;
  metric: string;
  whole: Share;
  parts: Share[];
  /** Column with what is left over, as a share of the whole: computed where the parts were. */
  left: number;
  /** Quantity and unit. */
  label: string;
  aspect?: number;
  narrowAspect?: number;
}

interface Bar {
  row: 'whole' | 'parts';
  name: string;
  value: number;
  from: number;
  to: number;
  fill: string;
}

/** Pixels of a bar. */
const thickest = 24;

const fills = ['var(--ink)', 'var(--series-1)', 'var(--series-2)', 'var(--series-3)'];

export function parted(options: PartedOptions): ChartView {
  const { name, metric, whole, parts, left, label, aspect = 0.15, narrowAspect = 0.62 } = options;

  function barsOf(run: RunData): Bar[] {
    const row = latestRow(run, metric);
    if (!row.length) return [];
    let edge = 0;
    const shares = parts.map(({ column, name }, i): Bar => {
      const from = edge;
      edge += row[column];
      return { row: 'parts', name, value: row[column], from, to: edge, fill: fills[i + 1] };
    });
    const all = row[whole.column];
    return [
      { row: 'whole', name: whole.name, value: all, from: 0, to: all, fill: fills[0] },
      ...shares,
    ];
  }

  const leftOver = (run: RunData) =>
    `left over: ${value(latestRow(run, metric)[left])} of the whole`;

  function plot({ run, width, height }: ViewProps): Plot.PlotOptions {
    const tight = width < narrow;
    const bars = barsOf(run);
    const most = Math.max(1e-12, ...bars.map(({ to }) => to));
    // On a narrow screen each part has a row of its own, so that its words have room.
    const rows = tight ? ['whole', ...parts.map(({ name }) => name)] : ['whole', 'parts'];
    const placed = bars.map((bar) => ({
      ...bar,
      place: tight && bar.row === 'parts' ? bar.name : bar.row,
    }));
    const frame = { marginLeft: 2, marginRight: 2, marginTop: 8, marginBottom: tight ? 58 : 44 };
    const pitch = (height - frame.marginTop - frame.marginBottom) / rows.length;
    const thick = Math.min(thickest, pitch - 22);
    const inset = { insetTop: pitch - thick - 3, insetBottom: 3 };
    const long = (bar: Bar) => wordsOf(bar).length * 6.8;
    const pixels = (amount: number) => (amount / most) * width;
    // Where words have no room from their part's left edge, or those before them reach over it,
    // they end where it ends.
    const leftward = (bar: Bar) =>
      bar.from > 0 &&
      (pixels(most - bar.from) < long(bar) ||
        (!tight &&
          bars.some((each) => each.to === bar.from && pixels(each.to - each.from) < long(each))));
    const words = (left: boolean) =>
      Plot.text(
        placed.filter((bar) => leftward(bar) === left),
        {
          x: left ? 'to' : 'from',
          y: 'place',
          text: wordsOf,
          textAnchor: left ? ('end' as const) : ('start' as const),
          lineAnchor: 'bottom' as const,
          dy: pitch / 2 - thick - 8,
          fill: literal((bar: Bar) => bar.fill),
          className: 'v-label v-on-paper',
        },
      );
    return {
      ...frame,
      x: { domain: [0, most] },
      y: { type: 'band', domain: rows, padding: 0 },
      marks: [
        xAxis({ label, spacing: tight ? 90 : 130 }),
        Plot.barX(placed, {
          x1: 'from',
          x2: 'to',
          y: 'place',
          ...inset,
          fill: literal((bar: Bar) => bar.fill),
          className: 'v-river',
        }),
        words(false),
        words(true),
        Plot.text(bars.length ? [leftOver(run)] : [], {
          frameAnchor: 'bottom-left',
          lineAnchor: 'top',
          dy: tight ? 40 : 26,
          className: 'v-axis',
        }),
      ],
    };
  }

  return {
    name,
    reads: { metrics: [metric] },
    aspect,
    narrowAspect,
    plot,
    describe(run) {
      const [all, ...shares] = barsOf(run);
      if (!all) return `${label}: nothing measured yet.`;
      const sum = shares.map((bar) => `${bar.name} ${exact(bar.value)}`).join(' + ');
      return `${label}: ${all.name} ${exact(all.value)} = ${sum}; ${leftOver(run)}.`;
    },
    table(run) {
      const [all, ...shares] = barsOf(run);
      return {
        columns: ['what', label],
        rows: all
          ? [
              ...[all, ...shares].map((bar) => [bar.name, exact(bar.value)]),
              ['left over, of the whole', value(latestRow(run, metric)[left])],
            ]
          : [],
      };
    },
  };
}

/** Four digits: as many as a recorded run keeps. */
const exact = (x: number) => {
  const size = Math.abs(x);
  if (size === 0) return '0';
  if (size < 1e-4 || size >= 1e6) return value(x);
  return x.toPrecision(4).replace('-', '−');
};

const wordsOf = (bar: Bar) => `${bar.name} ${exact(bar.value)}`;
