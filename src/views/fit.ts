/**
 * A curve and the network's answer to it, with the piece each hidden unit adds. Reads the probes
 * `fit` [points] and `pieces` [units, points] on an even grid of x from −1 to 1; the target is the
 * input `target` [points], which the reader may draw.
 */
import * as Plot from '@observablehq/plot';
import { count, plain, value } from '../lab/format';
import { latest } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, xAxis, yAxis } from './axes';
import { DrawTarget, heights, targetOf } from './draw-target';
import { cut } from './marks/cut';
import { ends } from './marks/ends';
import { key } from './marks/key';

interface Point {
  x: number;
  y: number;
  curve: number;
}

/** Heights on an even grid of x from −1 to 1. */
const curve = (ys: ArrayLike<number>, number = 0): Point[] =>
  Array.from(ys, (y, i) => ({ x: -1 + (2 * i) / (ys.length - 1), y, curve: number }));

function piecesOf(run: RunData): Point[] {
  const probe = run.probes.pieces;
  if (!probe) return [];
  const [units, points] = probe.shape;
  return Array.from({ length: units }, (_, unit) =>
    curve(
      Array.from({ length: points }, (_, i) => added(probe.data, unit * points, i, points)),
      unit,
    ),
  ).flat();
}

/** What a unit adds there; nothing is drawn where it and its neighbours add nothing. */
function added(data: ArrayLike<number>, start: number, i: number, points: number): number {
  const near = [i - 1, i, i + 1].filter((at) => at >= 0 && at < points);
  return near.some((at) => Math.abs(data[start + at]) > 1e-6) ? data[start + i] : Number.NaN;
}

function plot({ run, width, past = [], inputs }: ViewProps): Plot.PlotOptions {
  const tight = width < narrow;
  const frame = {
    marginLeft: tight ? 34 : 44,
    marginRight: tight ? 8 : 96,
    marginTop: 34,
    marginBottom: 44,
  };
  const target = curve(targetOf({ run, inputs }));
  const fit = curve(run.probes.fit?.data ?? []);
  const line = cut({ x: 'x', y: 'y', z: 'curve' });
  return {
    ...frame,
    x: { domain: [-1, 1] },
    y: { domain: heights },
    marks: [
      yAxis({ label: 'y', spacing: 60 }, frame),
      xAxis({ label: 'x', spacing: tight ? 120 : 160 }),
      Plot.line(piecesOf(run), { ...line, className: 'v-piece' }),
      Plot.line(
        past.flatMap((each, i) => curve(each.probes.fit?.data ?? [], i)),
        { ...line, className: 'v-past' },
      ),
      Plot.line(target, { ...line, className: 'v-target' }),
      Plot.line(fit, { ...line, className: 'v-line' }),
      tight
        ? key(
            [
              { words: 'target', className: 'v-target' },
              { words: 'network', className: 'v-line' },
            ],
            { frameAnchor: 'top-left', dx: 26, dy: -21, width },
          ).marks
        : ends(
            [
              { points: target, name: 'target', fill: 'var(--expert-B)' },
              { points: fit, name: 'network', fill: 'var(--ink)' },
            ].map(({ points, ...end }) => ({ x: 1, y: within(points.at(-1)?.y), ...end })),
            frame.marginRight,
          ),
    ],
  };
}

/** The height where a curve's name stands: at the frame's edge where the curve has left it. */
const within = (y = Number.NaN) => Math.max(heights[0], Math.min(heights[1], y));

export const fit: ChartView = {
  name: 'fit',
  reads: { metrics: ['loss'], probes: ['fit', 'pieces', 'target'] },
  aspect: 0.46,
  narrowAspect: 0.85,
  plot,
  Layer: DrawTarget,
  describe(run) {
    const units = run.probes.pieces?.shape[0];
    const answer = run.probes.fit?.data ?? [];
    const target = run.probes.target?.data ?? [];
    if (!answer.length) return 'A target curve; the network has not answered yet.';
    let worst = 0;
    for (let i = 0; i < target.length; i++)
      if (Math.abs(answer[i] - target[i]) > Math.abs(answer[worst] - target[worst])) worst = i;
    const where = -1 + (2 * worst) / Math.max(1, target.length - 1);
    const off = target.length
      ? ` It is farthest off at x = ${plain(Number(where.toFixed(2)))}, by ${value(Math.abs(answer[worst] - target[worst]))}.`
      : '';
    return `The network's curve${units ? `, a sum over ${units} units,` : ''} against the target after ${count(run.step)} steps, mean squared error ${value(latest(run, 'loss'))}.${off}`;
  },
  table(run) {
    const answer = run.probes.fit?.data ?? [];
    const target = run.probes.target?.data ?? [];
    const every = Math.max(1, Math.floor(answer.length / 32));
    const rows: (string | number)[][] = [];
    for (let i = 0; i < answer.length; i += every)
      rows.push([
        (-1 + (2 * i) / (answer.length - 1)).toFixed(3),
        target.length ? target[i].toFixed(4) : '–',
        answer[i].toFixed(4),
      ]);
    return { columns: ['x', 'target', 'network'], rows };
  },
};
