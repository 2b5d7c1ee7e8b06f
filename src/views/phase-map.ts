/**
 * A sweep over two settings as a map: a cell for each lane, its number and its shade. Cells that
 * still train are hatched; what has not begun is hatched and empty.
 */
import * as Plot from '@observablehq/plot';
import { plain, value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { type NumberOf, numberOf, readsOfNumbers } from './amounts';
import { above, narrow } from './axes';
import { literal } from './marks/bullets';
import { hatch } from './marks/hatch';
import { tiles } from './marks/tiles';
import { runsOf } from './series';
import { onShade, ramp, rampBelow, type Shade, type ShadeOptions, shadeOf } from './shade';

interface Side {
  /** A setting in which the lanes differ. */
  setting: string;
  label: string;
  say?(x: number): string;
}

export interface PhaseMapOptions extends ShadeOptions {
  name: string;
  x: Side;
  y: Side;
  of: NumberOf;
  /** What the number is, with its unit. */
  quantity: string;
  say?(x: number): string;
  aspect?: number;
  narrowAspect?: number;
}

interface Cell {
  x: string;
  y: string;
  value: number;
  step: number;
}

export function phaseMap(options: PhaseMapOptions): ChartView {
  const { name, x, y, of, quantity, say = value, aspect = 0.5, narrowAspect = 0.9 } = options;

  const words = ({ setting, say = plain }: Side, run: RunData) => {
    const set = run.settings[setting];
    return typeof set === 'number' ? say(set) : String(set ?? '');
  };
  /** The values of a setting, numbers ascending and words as they come. */
  const axis = (side: Side, runs: RunData[]) => {
    const seen = new Map(runs.map((run) => [words(side, run), run.settings[side.setting]]));
    return [...seen]
      .sort(([, a], [, b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0))
      .map(([label]) => label);
  };
  const cellsOf = (run: RunData): Cell[] =>
    (run.lanes ?? []).map((lane) => ({
      x: words(x, lane),
      y: words(y, lane),
      value: lane.steps.length ? numberOf(lane, of) : Number.NaN,
      step: lane.step,
    }));

  function plot({ run, width, height, lastStep }: ViewProps): Plot.PlotOptions {
    const tight = width < narrow;
    const lanes = run.lanes ?? [];
    const cells = cellsOf(run);
    const shade: Shade = shadeOf(
      cells.map((cell) => cell.value),
      options,
    );
    const [columns, rows] = [axis(x, lanes), axis(y, lanes).reverse()];
    const longest = Math.max(1, ...rows.map((row) => row.length));
    const frame = {
      marginLeft: Math.round(Math.min(width * 0.3, longest * 6.9 + 14)),
      marginRight: 0,
      marginTop: 26,
      marginBottom: 72 + rampBelow(shade, quantity, say, width),
    };
    const cellWidth = (width - frame.marginLeft) / Math.max(1, columns.length);
    const cellHeight = (height - frame.marginTop - frame.marginBottom) / Math.max(1, rows.length);
    const last = lastStep ?? Math.max(1, ...cells.map(({ step }) => step));
    const place = { x: 'x', y: 'y' };
    const hue = ({ value }: Cell) => shade.hue(value);
    const known = cells.filter((cell) => Number.isFinite(cell.value));
    return {
      ...frame,
      x: { type: 'band', domain: columns, padding: 0 },
      y: { type: 'band', domain: rows, padding: 0 },
      marks: [
        above(y.label, frame.marginLeft),
        Plot.axisY({ tickSize: 0, tickPadding: 8, label: null, className: 'v-axis' }),
        Plot.axisX({ tickSize: 0, tickPadding: 8, label: null, className: 'v-axis' }),
        Plot.text([x.label], {
          frameAnchor: 'bottom-right',
          lineAnchor: 'top',
          dy: 26,
          className: 'v-axis',
        }),
        tiles(cells, { ...place, fill: () => 'var(--wash)', shade: () => 1, inset: 1 }),
        tiles(known, { ...place, fill: hue, shade: (cell) => shade.of(cell.value), inset: 1 }),
        hatch(
          cells.filter(({ step, value }) => step < last && Number.isNaN(value)),
          { ...place, inset: 1, className: 'v-hatch' },
        ),
        hatch(
          known.filter(({ step }) => step < last),
          { ...place, inset: 1, className: 'v-hatch v-over' },
        ),
        Plot.text(cellWidth >= 30 && cellHeight >= 15 ? known : [], {
          ...place,
          text: ({ value }: Cell) => say(value),
          fill: literal(({ value }: Cell) => onShade(shade.of(value), 'var(--paper)')),
          fontSize: cellWidth < 44 || tight ? 11 : 13,
          className: 'v-number',
        }),
        ramp(shade, quantity, say, { dy: 60, wide: width, left: frame.marginLeft }),
      ],
    };
  }

  return {
    name,
    reads: readsOfNumbers(of),
    aspect,
    narrowAspect,
    plot,
    describe(run) {
      const cells = cellsOf(run);
      const known = cells.filter((cell) => Number.isFinite(cell.value));
      if (!known.length) return `${quantity} over ${x.label} and ${y.label}: nothing trained yet.`;
      const sorted = known.toSorted((a, b) => a.value - b.value);
      const at = (cell: Cell) => `${say(cell.value)} at ${x.label} ${cell.x}, ${y.label} ${cell.y}`;
      return `${quantity}, ${known.length} of ${cells.length} cells: lowest ${at(sorted[0])}; highest ${at(sorted.at(-1)!)}.`;
    },
    table(run) {
      const lanes = runsOf(run);
      const cells = cellsOf(run);
      const columns = axis(x, lanes);
      return {
        columns: [`${y.label} \\ ${x.label}`, ...columns],
        rows: axis(y, lanes).map((row) => [
          row,
          ...columns.map((column) =>
            say(cells.find((cell) => cell.x === column && cell.y === row)?.value ?? Number.NaN),
          ),
        ]),
      };
    },
  };
}
