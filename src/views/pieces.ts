/**
 * Where several networks bend: a row of ticks for each, a tick where two straight pieces meet, and
 * how many pieces there are. Reads the answer `pieces`: for each contestant its kinks, ascending.
 */
import * as Plot from '@observablehq/plot';
import { count, some } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, xAxis } from './axes';
import { series } from './curves';
import { literal } from './marks/bullets';

interface Row {
  words: string;
  kinks: number[];
}

function rowsOf(run: RunData): Row[] {
  const found = run.answers?.pieces;
  const words = run.facts?.contestants;
  if (!Array.isArray(found) || !Array.isArray(words)) return [];
  return found.map((kinks, i) => ({
    words: String(words[i]),
    kinks: Array.isArray(kinks) ? kinks.map(Number) : [],
  }));
}

function plot({ run, width }: ViewProps): Plot.PlotOptions {
  const rows = rowsOf(run);
  const tight = width < narrow;
  const ticks = rows.flatMap(({ words, kinks }, row) => kinks.map((x) => ({ x, words, row })));
  return {
    marginLeft: tight ? 84 : 110,
    marginRight: 84,
    marginTop: 12,
    marginBottom: 44,
    x: { domain: [0, 1] },
    y: { type: 'band', domain: rows.map(({ words }) => words), padding: 0.25 },
    marks: [
      Plot.axisY({ tickSize: 0, tickPadding: 10, label: null, className: 'v-axis' }),
      xAxis({ label: 'x, where the slope changes', spacing: tight ? 120 : 160 }),
      Plot.tickX(ticks, {
        x: 'x',
        y: 'words',
        stroke: literal(({ row }: { row: number }) => series(row)),
        strokeWidth: 1,
        strokeOpacity: 0.7,
      }),
      Plot.text(rows, {
        y: 'words',
        text: ({ kinks }: Row) => some(kinks.length + 1, 'piece'),
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 8,
        className: 'v-label',
      }),
    ],
  };
}

export const pieces: ChartView = {
  name: 'pieces',
  reads: { answers: ['pieces'], facts: ['contestants'] },
  aspect: 0.24,
  narrowAspect: 0.5,
  plot,
  describe(run) {
    const words = rowsOf(run).map(({ words, kinks }) => `${words} ${count(kinks.length + 1)}`);
    return words.length ? `Straight pieces: ${words.join(', ')}.` : 'No pieces counted yet.';
  },
  table: (run) => ({
    columns: ['network', 'straight pieces'],
    rows: rowsOf(run).map(({ words, kinks }) => [words, count(kinks.length + 1)]),
  }),
};
