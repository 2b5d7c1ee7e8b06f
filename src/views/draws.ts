/**
 * What single draws would do to two logits, in the plane of both: a point for each draw in the
 * colour of the expert drawn, as large as it was frequent; the arrow of their mean, and the exact
 * one. Reads the metrics `slopes`, `drawn` and `mean` [experts] and the fact `exact`.
 */
import * as Plot from '@observablehq/plot';
import { count, percent, value } from '../lab/format';
import { latestRow } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, xAxis, yAxis } from './axes';
import { color, letter } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { type Place, placedNames } from './marks/placed-names';

export interface DrawsOptions {
  name: string;
  /** The two logits: across and upwards. */
  across: number;
  upward: number;
  aspect?: number;
  narrowAspect?: number;
}

interface Point {
  x: number;
  y: number;
  expert: number;
  times: number;
}

interface Arrow {
  x: number;
  y: number;
  words: string;
}

/** Something in the plane that bears words. */
interface Named {
  x: number;
  y: number;
  words: string;
  size: number;
}

/** Where words may stand beside a bullet or the tip of an arrow. */
const around: Place[] = [
  { dx: 14, dy: 0, anchor: 'start' },
  { dx: 6, dy: -18, anchor: 'start' },
  { dx: 6, dy: 18, anchor: 'start' },
  { dx: -14, dy: 0, anchor: 'end' },
  { dx: -6, dy: -18, anchor: 'end' },
  { dx: -6, dy: 18, anchor: 'end' },
  { dx: 6, dy: -33, anchor: 'start' },
  { dx: 6, dy: 33, anchor: 'start' },
  { dx: -6, dy: -33, anchor: 'end' },
  { dx: -6, dy: 33, anchor: 'end' },
];

/** Pushes that agree to three digits are one point. */
const same = (x: number) => x.toFixed(3);

export function draws({ name, across, upward, ...shape }: DrawsOptions): ChartView {
  function pointsOf(run: RunData): Point[] {
    const found = new Map<string, Point>();
    const drawn = run.metrics.drawn ?? [];
    (run.metrics.slopes ?? []).forEach((slopes, i) => {
      const [x, y] = [-slopes[across], -slopes[upward]];
      const expert = drawn[i].indexOf(Math.max(...drawn[i]));
      const key = `${same(x)} ${same(y)} ${expert}`;
      const known = found.get(key);
      if (known) known.times++;
      else found.set(key, { x, y, expert, times: 1 });
    });
    return [...found.values()];
  }

  /** The mean of all draws so far, and the exact one. */
  function arrowsOf(run: RunData): Arrow[] {
    const arrow = (slopes: unknown, words: string): Arrow[] =>
      Array.isArray(slopes) && slopes.length
        ? [{ x: -slopes[across], y: -slopes[upward], words }]
        : [];
    return [
      ...arrow(run.facts?.exact, 'exact'),
      ...arrow(latestRow(run, 'mean'), `mean of ${count(run.step)}`),
    ];
  }

  function plot({ run, width, height }: ViewProps): Plot.PlotOptions {
    const tight = width < narrow;
    const points = pointsOf(run);
    const arrows = arrowsOf(run);
    // A long run keeps some of its rows: what they say is shares.
    const all = points.reduce((sum, { times }) => sum + times, 0);
    const few = points.length <= 8;
    const most = Math.max(1, ...points.map(({ times }) => times));
    const reach = (of: (point: { x: number; y: number }) => number, least: number) => {
      const away = [...points, ...arrows].map((each) => Math.abs(of(each)));
      return Math.max(least, ...away) * 1.12;
    };
    const frame = {
      marginLeft: tight ? 44 : 54,
      marginRight: tight ? 8 : 24,
      marginTop: 34,
      marginBottom: 44,
    };
    // One scale for both directions, or an arrow would point elsewhere.
    const wide = width - frame.marginLeft - frame.marginRight;
    const tall = height - frame.marginTop - frame.marginBottom;
    const unit = Math.max(reach(({ x }) => x, 0.3) / wide, reach(({ y }) => y, 0.3) / tall);
    const [right, up] = [unit * wide, unit * tall];
    const arrowMark = (of: Arrow[], className: string) =>
      Plot.arrow(of, { x1: 0, y1: 0, x2: 'x', y2: 'y', headLength: 10, className });
    const named: Named[] = [
      ...arrows.map((arrow) => ({ ...arrow, size: 13 })),
      ...(few ? points.toSorted((a, b) => b.times - a.times) : []).map((point) => ({
        ...point,
        words: percent(point.times / all),
        size: point.times === most ? 14 : 12,
      })),
    ];
    const chosen = placedNames(
      named.map(({ x, y, words }) => ({
        name: words,
        x: ((x / right + 1) / 2) * wide,
        y: ((1 - y / up) / 2) * tall,
      })),
      {
        room: {
          left: -frame.marginLeft,
          right: wide + frame.marginRight,
          top: -12,
          bottom: tall,
        },
        around,
        radius: 10,
      },
    );
    const names = around.map(({ dx, dy, anchor }, place) =>
      Plot.text(
        named.filter((_, i) => chosen[i] === place),
        {
          x: 'x',
          y: 'y',
          text: 'words',
          textAnchor: anchor,
          dx,
          dy,
          className: 'v-label v-on-paper',
          fontSize: ({ size }: Named) => size,
        },
      ),
    );
    return {
      ...frame,
      x: { domain: [-right, right] },
      y: { domain: [-up, up] },
      marks: [
        yAxis({ label: `push on the logit of ${letter(upward)}`, spacing: 46 }, frame),
        xAxis({
          label: `push on the logit of ${letter(across)}`,
          spacing: tight ? 66 : 100,
        }),
        Plot.ruleX([0], { className: 'v-hair' }),
        Plot.ruleY([0], { className: 'v-hair' }),
        few
          ? bullets(
              points.toSorted((a, b) => b.times - a.times),
              { x: 'x', y: 'y', expert: ({ expert }) => expert },
            )
          : Plot.dot(points, {
              x: 'x',
              y: 'y',
              r: 2.5,
              fill: literal(({ expert }: Point) => color(expert)),
              fillOpacity: 0.55,
              stroke: 'none',
            }),
        arrowMark(arrows.slice(0, 1), 'v-exact'),
        arrowMark(arrows.slice(1), 'v-mean'),
        names,
      ],
    };
  }

  return {
    name,
    reads: { metrics: ['slopes', 'drawn', 'mean'], facts: ['exact'] },
    aspect: shape.aspect ?? 0.5,
    narrowAspect: shape.narrowAspect ?? 0.95,
    plot,
    describe(run) {
      const points = pointsOf(run);
      if (!points.length) return 'Nothing has been drawn yet.';
      const [exact, mean] = arrowsOf(run);
      const at = ({ x, y }: { x: number; y: number }) =>
        `${value(x)} on ${letter(across)} and ${value(y)} on ${letter(upward)}`;
      return `The exact push is ${at(exact)}; the mean of ${count(run.step)} draws is ${at(mean)}. Single draws lie at ${count(points.length)} places.`;
    },
    table(run) {
      return {
        columns: [
          'place',
          'drawn',
          'times',
          `push on ${letter(across)}`,
          `push on ${letter(upward)}`,
        ],
        rows: pointsOf(run).map(({ x, y, expert, times }, i, points) => [
          i + 1,
          letter(expert),
          percent(times / points.reduce((sum, point) => sum + point.times, 0)),
          value(x),
          value(y),
        ]),
      };
    },
  };
}
