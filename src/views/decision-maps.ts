/**
 * How several networks part the plane, side by side: a probe [networks, cells, cells] of the
 * probability of the second class, rows from the bottom up, with the points that were learned from.
 */
import * as Plot from '@observablehq/plot';
import { percent } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { literal } from './marks/bullets';
import { rowsOf } from './probes';

interface Options {
  name: string;
  probe: string;
  /** The probe [networks] with the share of unseen points that each has right. */
  right: string;
  /** The names over the maps. */
  names(run: RunData): string[];
  /** The probe [points, 3] of x, y and class, where the facts do not hold the points. */
  points?: string;
  /** The probe [points] of how much each point counts, 1 in the mean: its dot’s area. */
  weights?: string;
}

const classColours = ['var(--expert-A)', 'var(--expert-B)'];

interface Cell {
  x: number;
  y: number;
  sure: number;
  side: number;
}

export function decisionMaps({ name, probe, right, names, points, weights }: Options): ChartView {
  function plot({ run, width, height }: ViewProps): Plot.PlotOptions[] {
    const found = run.probes[probe];
    if (!found) return [{}];
    const [count, rows, columns] = found.shape;
    const narrowed = width < narrow;
    const across = narrowed ? 1 : count;
    const down = narrowed ? count : 1;
    const [gap, head] = [14, 30];
    const side = Math.min((width - gap * (across - 1)) / across, height / down - head);
    const shares = Array.from(run.probes[right]?.data ?? []);
    const dots = dotsOf(run, points, weights);
    return Array.from({ length: count }, (_, i) => {
      const left = narrowed ? (width - side) / 2 : i * (side + gap);
      const top = (narrowed ? i * (height / down) : 0) + head;
      return {
        marginLeft: left,
        marginRight: width - left - side,
        marginTop: top,
        marginBottom: height - top - side,
        x: { domain: [-1, 1], axis: null },
        y: { domain: [-1, 1], axis: null },
        marks: [
          Plot.rect(cellsOf(found.data, i, rows, columns), {
            x1: 'x',
            y1: 'y',
            x2: ({ x }: Cell) => x + 2 / columns,
            y2: ({ y }: Cell) => y + 2 / rows,
            fill: literal(({ side: which }: Cell) => classColours[which]),
            fillOpacity: { value: ({ sure }: Cell) => Number(sure.toFixed(2)), scale: null },
          }),
          Plot.dot(dots, {
            x: 'x',
            y: 'y',
            r: {
              value: ({ weight }: Dot) => (weights ? 2.6 : 1.6) * Math.sqrt(weight),
              scale: null,
            },
            fill: literal(({ side: which }: Dot) => classColours[which]),
            stroke: 'var(--paper)',
            strokeWidth: 0.6,
          }),
          Plot.text([`${names(run)[i]}: ${percent(shares[i])} right`], {
            frameAnchor: 'top-left',
            lineAnchor: 'bottom',
            dy: -8,
            className: 'v-label',
          }),
        ],
      };
    });
  }

  const said = (run: RunData) => {
    const shares = Array.from(run.probes[right]?.data ?? []);
    return names(run).map((words, i) => [words, percent(shares[i])]);
  };
  return {
    name,
    reads: {
      probes: [probe, right, points, weights].filter((each) => each !== undefined),
      facts: points ? [] : ['points', 'classes'],
    },
    aspect: 0.38,
    narrowAspect: 3,
    plot,
    describe: (run) =>
      `Share of unseen points on the right side: ${said(run)
        .map(([words, share]) => `${words} ${share}`)
        .join(', ')}.`,
    table: (run) => ({ columns: ['network', 'unseen points right'], rows: said(run) }),
  };
}

/** Cells of one map; how sure it is gives how dark they are. */
function cellsOf(data: ArrayLike<number>, map: number, rows: number, columns: number): Cell[] {
  return Array.from({ length: rows * columns }, (_, i) => {
    const p = data[map * rows * columns + i];
    return {
      x: -1 + (2 * (i % columns)) / columns,
      y: -1 + (2 * Math.floor(i / columns)) / rows,
      sure: 0.06 + 0.4 * Math.abs(2 * p - 1),
      side: Number(p > 0.5),
    };
  });
}

interface Dot {
  x: number;
  y: number;
  side: number;
  weight: number;
}

function dotsOf(run: RunData, points?: string, weights?: string): Dot[] {
  const heavy = weights ? run.probes[weights]?.data : undefined;
  const dot = (x: unknown, y: unknown, side: unknown, i: number): Dot => ({
    x: Number(x),
    y: Number(y),
    side: Number(side),
    weight: heavy?.[i] ?? 1,
  });
  // Noise moves a few of them off the map.
  const onMap = ({ x, y }: Dot) => Math.max(Math.abs(x), Math.abs(y)) <= 1;
  if (points)
    return rowsOf(run, points)
      .map(([x, y, side], i) => dot(x, y, side, i))
      .filter(onMap);
  const [places, classes] = [run.facts?.points, run.facts?.classes];
  if (!Array.isArray(places) || !Array.isArray(classes)) return [];
  return classes.map((side, i) => dot(places[2 * i], places[2 * i + 1], side, i)).filter(onMap);
}
