/**
 * Which starts come back: a row for each distance from the construction, a cell for each start,
 * sorted by its error. Reads the metric `losses` [rows · starts] and the facts `distances`,
 * `starts` and `found`, the error below which a start has come back.
 */
import * as Plot from '@observablehq/plot';
import { plain, value } from '../lab/format';
import { latestRow } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { literal } from './marks/bullets';

export interface BasinRow {
  /** Undefined where the start is random. */
  distance?: number;
  /** Ascending. */
  errors: number[];
  back: number;
}

export function basinOf(run: RunData): BasinRow[] {
  const losses = latestRow(run, 'losses');
  const { distances, starts, found } = run.facts ?? {};
  if (!Array.isArray(distances)) return [];
  const each = Number(starts);
  return distances.map((distance, row) => {
    const errors = losses.slice(row * each, (row + 1) * each).sort((a, b) => a - b);
    return {
      ...(distance !== null && { distance: Number(distance) }),
      errors,
      back: errors.filter((error) => error < Number(found)).length,
    };
  });
}

const rowName = ({ distance }: BasinRow) =>
  distance === undefined ? 'at random' : plain(distance);

/** An error in four steps of ink: back, near, far, as far as a constant. */
const inkOf = (error: number) =>
  error < 0.001 ? 1 : error < 0.01 ? 0.45 : error < 0.06 ? 0.2 : 0.05;

function plot({ run, width }: ViewProps): Plot.PlotOptions {
  const rows = basinOf(run);
  const tight = width < narrow;
  const cells = rows.flatMap((row) =>
    row.errors.map((error, start) => ({ name: rowName(row), start, error })),
  );
  return {
    marginLeft: tight ? 72 : 96,
    marginRight: tight ? 64 : 92,
    marginTop: 30,
    marginBottom: 8,
    x: { type: 'band', domain: rows[0]?.errors.map((_, start) => start) ?? [], axis: null },
    y: { type: 'band', domain: rows.map(rowName), padding: 0.12 },
    marks: [
      Plot.axisY({ tickSize: 0, tickPadding: 10, label: null, className: 'v-axis' }),
      Plot.text([tight ? 'moved by' : 'how far the start was moved'], {
        frameAnchor: 'top-left',
        lineAnchor: 'bottom',
        dx: tight ? -72 : -96,
        dy: -8,
        className: 'v-axis',
      }),
      Plot.cell(cells, {
        x: 'start',
        y: 'name',
        inset: 1,
        fill: literal(() => 'var(--expert-A)'),
        fillOpacity: { value: ({ error }: { error: number }) => inkOf(error), scale: null },
      }),
      Plot.text(rows, {
        y: rowName,
        text: ({ back, errors }: BasinRow) => `${back} of ${errors.length}`,
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 8,
        className: 'v-label',
      }),
    ],
  };
}

export const basinMap: ChartView = {
  name: 'basin-map',
  reads: { metrics: ['losses'], facts: ['distances', 'starts', 'found'] },
  aspect: 0.36,
  narrowAspect: 0.7,
  plot,
  describe(run) {
    const rows = basinOf(run).map(
      (row) => `moved ${rowName(row)}: ${row.back} of ${row.errors.length}`,
    );
    return `Starts that come back to an error below ${plain(Number(run.facts?.found ?? 0))}: ${rows.join(', ')}.`;
  },
  table: (run) => ({
    columns: ['moved by', 'back', 'median error'],
    rows: basinOf(run).map((row) => [
      rowName(row),
      `${row.back} of ${row.errors.length}`,
      value(row.errors[Math.floor(row.errors.length / 2)]),
    ]),
  }),
};
