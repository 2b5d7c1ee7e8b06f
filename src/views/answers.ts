/**
 * What several networks answer along a line, over what is right: one curve for each row of a probe
 * [networks, places]. The facts name the places, the target and the networks.
 */
import * as Plot from '@observablehq/plot';
import { value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, xAxis, yAxis } from './axes';
import { series } from './curves';
import { literal } from './marks/bullets';
import { cut } from './marks/cut';
import { ends, roomFor } from './marks/ends';

interface Options {
  name: string;
  /** The probe [networks, places]. */
  probe: string;
  /** The fact that names the rows, in order. */
  names: string;
  /** Heights of the frame. */
  heights?: [number, number];
  aspect?: number;
  narrowAspect?: number;
}

interface Point {
  x: number;
  y: number;
  curve: number;
}

const numbersOf = (fact: unknown): number[] => (Array.isArray(fact) ? fact.map(Number) : []);

export function answers({
  name,
  probe,
  names,
  heights = [-0.1, 1.1],
  aspect = 0.42,
  narrowAspect = 0.8,
}: Options): ChartView {
  const rowsOf = (run: RunData) => {
    const found = run.probes[probe];
    if (!found) return [];
    const [count, places] = found.shape;
    const words = run.facts?.[names];
    return Array.from({ length: count }, (_, row) => ({
      words: Array.isArray(words) ? String(words[row]) : String(row + 1),
      ys: Array.from(found.data).slice(row * places, (row + 1) * places),
    }));
  };

  function plot({ run, width }: ViewProps): Plot.PlotOptions {
    const places = numbersOf(run.facts?.places);
    const points = (ys: number[], curve: number): Point[] =>
      places.map((x, i) => ({ x, y: ys[i], curve }));
    const target = points(numbersOf(run.facts?.target), 0);
    const rows = rowsOf(run);
    const tight = width < narrow;
    const room = roomFor(
      [{ name: 'target' }, ...rows.map(({ words }) => ({ name: words }))],
      width,
    );
    const frame = {
      marginLeft: tight ? 34 : 44,
      marginRight: room,
      marginTop: 34,
      marginBottom: 44,
    };
    const line = cut({ x: 'x', y: 'y', z: 'curve' });
    const last = (all: Point[]) => within(all.at(-1)?.y, heights);
    return {
      ...frame,
      x: { domain: [places[0] ?? 0, places.at(-1) ?? 1] },
      y: { domain: heights },
      marks: [
        yAxis({ label: 'y', spacing: 60 }, frame),
        xAxis({ label: 'x', spacing: tight ? 120 : 160 }),
        Plot.line(target, { ...line, className: 'v-target-under' }),
        Plot.line(
          rows.flatMap(({ ys }, i) => points(ys, i)),
          {
            ...line,
            stroke: literal(({ curve }: Point) => series(curve)),
            className: 'v-line v-thin',
          },
        ),
        ends(
          [
            { name: 'target', y: last(target), fill: 'var(--soft)' },
            ...rows.map(({ words, ys }, i) => ({
              name: words,
              y: last(points(ys, i)),
              fill: series(i),
            })),
          ].map((end) => ({ x: places.at(-1) ?? 1, ...end })),
          room,
        ),
      ],
    };
  }

  return {
    name,
    reads: { probes: [probe], facts: ['places', 'target', names] },
    aspect,
    narrowAspect,
    plot,
    describe(run) {
      const target = numbersOf(run.facts?.target);
      const words = rowsOf(run).map(({ words, ys }) => {
        const off = ys.map((y, i) => Math.abs(y - target[i]));
        return `${words} is off by at most ${value(Math.max(...off))}`;
      });
      return words.length ? `Answers over the target: ${words.join(', ')}.` : 'No answers yet.';
    },
    table(run) {
      const places = numbersOf(run.facts?.places);
      const target = numbersOf(run.facts?.target);
      const rows = rowsOf(run);
      const every = Math.max(1, Math.floor(places.length / 32));
      return {
        columns: ['x', 'target', ...rows.map(({ words }) => words)],
        rows: places.flatMap((x, i) =>
          i % every
            ? []
            : [
                [
                  x.toFixed(3),
                  target[i]?.toFixed(4) ?? '–',
                  ...rows.map(({ ys }) => ys[i].toFixed(4)),
                ],
              ],
        ),
      };
    },
  };
}

/** A height at the frame's edge where a curve has left it. */
const within = (y = Number.NaN, [low, high]: [number, number]) => Math.max(low, Math.min(high, y));
