/**
 * A matrix as shades: experts or characters or layers against each other, with the names of both.
 * Numbers stand in the cells where there is room; a strip says what a shade is where there is not.
 */
import * as Plot from '@observablehq/plot';
import { value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { color, ink } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { tiles } from './marks/tiles';
import { factsOf, type Names, namesOf } from './names';
import { boxes, moved } from './panels';
import type { Size } from './plot';
import { panelsOf } from './probes';
import { onShade, ramp, rampBelow, type Shade, type ShadeOptions, shadeOf } from './shade';

export interface HeatOptions extends ShadeOptions {
  name: string;
  /** Probe [rows, columns], or [panels, rows, columns]. */
  probe: string;
  rows: { label: string; names: Names };
  columns: { label: string; names: Names };
  /** Names of panels, where the probe has three dimensions. */
  panels?: Names;
  /** What a cell's number is, with its unit. */
  quantity: string;
  /** Each row divided by its sum: what is shown is shares of the row. */
  shares?: boolean;
  say?(x: number): string;
  /** Numbers in cells that have room for them: yes unless said. */
  numbers?: boolean;
  /** Pixels that a panel needs beside another. */
  least?: number;
  aspect?: number;
  narrowAspect?: number;
  /** The largest cells unless said. */
  describe?(run: RunData): string;
}

interface Cell {
  row: number;
  column: number;
  value: number;
}

interface Matrix {
  title: string;
  rows: string[];
  columns: string[];
  cells: Cell[];
}

/** A cell that holds a number, and the least size of words. */
const roomForNumber = { width: 34, height: 15 };
const leastLine = 12;

export function heat(options: HeatOptions): ChartView {
  const { name, rows, columns, quantity, say = value, aspect = 0.5, narrowAspect = 0.8 } = options;
  const ofExperts = columns.names === 'experts';

  function matricesOf(run: RunData): Matrix[] {
    const all = panelsOf(run, options.probe);
    const titles = options.panels ? namesOf(run, options.panels, all.length) : all.map(() => '');
    return all.map((matrix, i) => ({
      title: titles[i],
      rows: namesOf(run, rows.names, matrix.length),
      columns: namesOf(run, columns.names, matrix[0]?.length ?? 0),
      cells: matrix.flatMap((numbers, row) => {
        const total = options.shares ? numbers.reduce((sum, x) => sum + x, 0) || 1 : 1;
        return numbers.map((x, column) => ({ row, column, value: x / total }));
      }),
    }));
  }

  function chart(matrix: Matrix, { width, height }: Size, shade: Shade): Plot.PlotOptions {
    const longest = Math.max(rows.label.length, ...matrix.rows.map((words) => words.length));
    const frame = {
      marginLeft: Math.round(Math.min(width * 0.36, longest * 6.7 + 12)),
      marginRight: 0,
      marginTop: 34 + (matrix.title ? 20 : 0),
      marginBottom: 4,
    };
    const cell = (marginBottom: number) => ({
      width: (width - frame.marginLeft) / Math.max(1, matrix.columns.length),
      height: (height - frame.marginTop - marginBottom) / Math.max(1, matrix.rows.length),
    });
    const numbered =
      options.numbers !== false &&
      cell(4).width >= roomForNumber.width &&
      cell(4).height >= roomForNumber.height;
    if (!numbered) frame.marginBottom = 30 + rampBelow(shade, quantity, say, width);
    const size = cell(frame.marginBottom);
    const hue = ({ value, column }: Cell) =>
      ofExperts && shade.middle === undefined ? color(column) : shade.hue(value);
    const onTop = ({ value, column }: Cell) =>
      onShade(
        shade.of(value),
        ofExperts && shade.middle === undefined ? ink(column) : 'var(--paper)',
      );
    const place = { x: 'column', y: 'row' };
    const inset = Math.min(size.width, size.height) > 9 ? 1 : 0;
    return {
      ...frame,
      x: { type: 'band', domain: matrix.columns.map((_, i) => i), padding: 0 },
      y: { type: 'band', domain: matrix.rows.map((_, i) => i), padding: 0 },
      marks: [
        corner(matrix.title, frame, frame.marginTop - 7, 'v-label'),
        corner(rows.label, frame, 14, 'v-axis'),
        Plot.axisY(sparse(matrix.rows, size.height, leastLine), {
          text: (row: number) => matrix.rows[row],
          tickSize: 0,
          tickPadding: 8,
          label: null,
          fontSize: size.height < 15 ? 11 : 13,
          lineWidth: (frame.marginLeft - 8) / 12.5,
          textOverflow: 'ellipsis',
          className: 'v-axis',
        }),
        ofExperts
          ? expertsAbove(matrix.columns, size.width)
          : wordsAbove(matrix.columns, size.width),
        tiles(matrix.cells, { ...place, fill: () => 'var(--wash)', shade: () => 1, inset }),
        tiles(matrix.cells, { ...place, fill: hue, shade: ({ value }) => shade.of(value), inset }),
        Plot.text(numbered ? matrix.cells.filter(({ value }) => Number.isFinite(value)) : [], {
          ...place,
          text: ({ value }: Cell) => say(value),
          fill: literal(onTop),
          fontSize: size.width < 44 || size.height < 20 ? 11 : 13,
        }),
        numbered ? null : ramp(shade, quantity, say, { wide: width, left: frame.marginLeft }),
      ],
    };
  }

  return {
    name,
    reads: { probes: [options.probe], facts: factsOf(rows.names, columns.names, options.panels) },
    aspect,
    narrowAspect,
    plot({ run, width, height }: ViewProps) {
      const all = matricesOf(run);
      const shade = shadeOf(
        all.flatMap(({ cells }) => cells.map((cell) => cell.value)),
        options,
      );
      const size = { width, height };
      return boxes(all.length, size, { least: options.least ?? 240 }).map((box, i) =>
        moved(chart(all[i], box, shade), box, size),
      );
    },
    describe(run) {
      if (options.describe) return options.describe(run);
      const words = matricesOf(run).map(({ title, rows: of, columns: to, cells }) => {
        const largest = cells.toSorted((a, b) => b.value - a.value).slice(0, 3);
        const named = largest.map(
          (cell) => `${say(cell.value)} for ${of[cell.row]} and ${to[cell.column]}`,
        );
        return `${title ? `${title}: ` : ''}${of.length} rows (${rows.label}), ${to.length} columns (${columns.label}); the largest ${quantity} is ${named.join(', then ')}.`;
      });
      return words.join(' ') || `${quantity}: nothing measured yet.`;
    },
    table(run) {
      const all = matricesOf(run);
      return {
        columns: [rows.label, ...(all[0]?.columns ?? [])],
        rows: all.flatMap(({ title, rows: of, columns: to, cells }) =>
          of.map((row, r) => [
            [title, row].filter(Boolean).join(', '),
            ...to.map((_, c) => say(cells[r * to.length + c].value)),
          ]),
        ),
      };
    },
  };
}

/** Words over the names of the rows, `up` pixels above the first. */
const corner = (
  words: string,
  { marginLeft }: { marginLeft: number },
  up: number,
  className: string,
): Plot.Markish =>
  Plot.text(words ? [words] : [], {
    frameAnchor: 'top-left',
    lineAnchor: 'middle',
    dx: -marginLeft,
    dy: -up,
    className,
  });

/** As many of a list's places as can be named. */
const sparse = (names: string[], each: number, needed: number): number[] => {
  const every = Math.max(1, Math.ceil(needed / each));
  return names.flatMap((_, i) => (i % every === 0 ? [i] : []));
};

const expertsAbove = (columns: string[], width: number): Plot.Markish[] =>
  bullets(
    columns.map((_, i) => i),
    {
      x: (i) => i,
      frameAnchor: 'top',
      dy: -16,
      r: Number(Math.min(10.5, width * 0.42).toFixed(1)),
      expert: (i) => i,
    },
  );

/** Names of columns, as many as have room beside each other. */
function wordsAbove(columns: string[], width: number): Plot.Markish {
  const longest = Math.max(1, ...columns.map((words) => words.length));
  return Plot.text(sparse(columns, width, longest * 6.6 + 4), {
    x: (column: number) => column,
    text: (column: number) => columns[column],
    frameAnchor: 'top',
    lineAnchor: 'middle',
    dy: -14,
    fontSize: width < 14 ? 11 : 13,
    className: 'v-axis',
  });
}
