/**
 * One-dimensional data and what models make of it: a target, the points seen, each member's curve
 * and the answer that they give together. A member is drawn strongly where it counts most; how much
 * each counts stands under the frame as bands. Several panels share their axes.
 */
import * as Plot from '@observablehq/plot';
import { percent, plain, value } from '../lab/format';
import type { ChartView, ViewProps } from '../lab/types';
import { addPoints } from './add-points';
import { narrow, xAxis, yAxis } from './axes';
import { extent } from './bins';
import { type Fitted, type FittedOptions, fittedOf, leads, type Point, type Seen } from './fitted';
import { apart } from './marks/apart';
import { color } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { cut } from './marks/cut';
import { ends } from './marks/ends';
import { key } from './marks/key';
import { factsOf } from './names';
import { type Box, boxes, moved } from './panels';

export interface PointsAndCurvesOptions extends FittedOptions {
  name: string;
  /** The range is that of what is drawn unless said. */
  y: { from?: number; to?: number; label: string };
  /** The reader may put points of their own: the input `points`. */
  add?: boolean;
  aspect?: number;
  narrowAspect?: number;
}

/** Height of the bands of gates, and from there up to the axis above. */
const band = { height: 14, gap: 12 };

export function pointsAndCurves(options: PointsAndCurvesOptions): ChartView {
  const { name, x, y, target, members, answer, aspect = 0.42, narrowAspect = 0.95 } = options;
  const experts = (members?.names ?? 'experts') === 'experts';
  const plainly = members?.gates || members?.faint ? 'v-faint' : 'v-member';
  const hue = (member: number) => (experts ? color(member) : `var(--series-${(member + 1) % 6})`);
  const stroke = literal(({ member }: Point) => hue(member));

  /** The same range for all panels. */
  function range(all: Fitted[]): [number, number] {
    const heights = all.flatMap(({ target, seen, members, answer }) =>
      [...target, ...seen, ...members.flat(), ...answer].map((point) => point.y),
    );
    const [low, high] = extent(heights);
    const room = 0.05 * (high - low);
    return [y.from ?? low - room, y.to ?? high + room];
  }

  function panel(of: Fitted, past: Fitted[], box: Box, domain: [number, number]) {
    const tight = box.width < narrow;
    const bulleted = experts && of.members.length > 0;
    const banded = members?.gates !== undefined && of.members.length > 1;
    const lines = [
      { points: of.target, words: target?.name, className: 'v-given', fill: 'var(--soft)' },
      { points: of.answer, words: answer?.name, className: 'v-line', fill: 'var(--ink)' },
      ...(experts || members?.unnamed
        ? []
        : of.members.map((points, i) => ({
            points,
            words: of.names[i],
            className: 'v-member',
            fill: hue(i),
          }))),
    ].filter(({ points }) => points.length);
    const left = tight ? 42 : 46;
    const right = tight ? (bulleted ? 26 : 10) : lines.length ? 92 : 36;
    const named = key(
      tight
        ? lines.map(({ words = '', className, fill }) => ({
            words,
            className,
            ...(className === 'v-member' && { stroke: fill }),
          }))
        : [],
      { frameAnchor: 'bottom-left', dy: 33, width: box.width - left - right, beside: x.label },
    );
    const frame = {
      marginLeft: left,
      marginRight: right,
      marginTop: 34,
      marginBottom: 44 + named.height + (banded ? band.height + band.gap : 0),
    };
    const end = (points: Point[]) => ({
      x: x.to,
      y: Math.max(domain[0], Math.min(domain[1], points.at(-1)?.y ?? Number.NaN)),
    });
    const line = cut({ x: 'x', y: 'y', z: 'member' });
    const chart: Plot.PlotOptions = {
      ...frame,
      x: { domain: [x.from, x.to] },
      y: { domain },
      marks: [
        yAxis({ label: y.label, spacing: 56 }, frame),
        xAxis({ label: x.label, spacing: tight ? 110 : 150 }),
        Plot.line(
          past.flatMap((each, i) => each.answer.map((point) => ({ ...point, member: i }))),
          { ...line, className: 'v-past' },
        ),
        Plot.line(of.target, { ...line, className: 'v-given' }),
        bandsAround(of),
        Plot.line(of.members.flat(), {
          ...line,
          stroke,
          className: plainly,
        }),
        Plot.line(members?.gates ? strong(of.members) : [], {
          ...line,
          stroke,
          className: 'v-member',
        }),
        Plot.dot(
          of.seen.filter(({ member }) => member === undefined),
          cut({ x: 'x', y: 'y', r: options.add ? 3.5 : 2, className: 'v-seen' }),
        ),
        Plot.dot(
          of.seen.filter(({ member }) => member !== undefined),
          cut({
            x: 'x',
            y: 'y',
            r: 2.6,
            fill: literal(({ member }: Seen) => hue(member!)),
            fillOpacity: {
              value: ({ share }: Seen) => strength(share!, of.members.length),
              scale: null,
            },
            className: 'v-owned',
          }),
        ),
        Plot.line(of.answer, { ...line, className: 'v-line' }),
        bulleted
          ? bullets(
              of.members.map((points, expert) => ({ ...end(points), expert })),
              { x: 'x', y: 'y', dx: 14, r: 8, expert: (each) => each.expert, placed: apart(17, 8) },
            )
          : null,
        tight
          ? named.marks
          : ends(
              lines.map(({ points, words: name, fill }) => ({ ...end(points), name, fill })),
              frame.marginRight,
              bulleted ? 28 : 7,
            ),
        Plot.text(of.name ? [of.name] : [], {
          frameAnchor: 'top-right',
          lineAnchor: 'bottom',
          dy: -16,
          className: 'v-label',
        }),
      ],
    };
    return banded ? [chart, bands(of.members, frame, box)] : [chart];
  }

  /** A band of each member's own deviation around its curve. */
  function bandsAround({ members, deviations }: Fitted): Plot.Markish {
    if (!deviations) return null;
    return Plot.areaY(
      members.flat(),
      cut({
        x: 'x',
        y1: ({ y, member }: Point) => y - deviations[member],
        y2: ({ y, member }: Point) => y + deviations[member],
        z: 'member',
        fill: stroke,
        className: 'v-band',
      }),
    );
  }

  /** How much each member counts: bands of height 1 under the frame. */
  function bands(
    all: Point[][],
    { marginLeft, marginRight }: { marginLeft: number; marginRight: number },
    box: Box,
  ): Plot.PlotOptions {
    const parts = all[0].flatMap(({ x }, i) => {
      let edge = 0;
      return all.map((points, member) => {
        const top = edge;
        edge += points[i].gate;
        return { x, member, top, bottom: edge };
      });
    });
    return {
      marginLeft,
      marginRight,
      marginTop: box.height - band.height - 1,
      marginBottom: 1,
      x: { domain: [x.from, x.to] },
      y: { domain: [1, 0] },
      marks: [
        Plot.areaY(parts, {
          x: 'x',
          y1: 'top',
          y2: 'bottom',
          z: 'member',
          fill: literal(({ member }: { member: number }) => hue(member)),
          className: 'v-river',
        }),
        Plot.text(['gates'], {
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -6,
          className: 'v-axis',
        }),
      ],
    };
  }

  return {
    name,
    reads: {
      probes: [
        target?.probe,
        typeof options.points === 'string' ? options.points : undefined,
        options.shares,
        members?.probe,
        members?.gates,
        members?.deviations,
        answer?.probe,
      ].filter((probe) => probe !== undefined),
      facts: [
        ...factsOf(options.panels, members?.names),
        ...(typeof options.points === 'object' ? Object.values(options.points) : []),
      ],
    },
    aspect,
    narrowAspect,
    ...(options.add && typeof options.points === 'string' && { Layer: addPoints(options.points) }),
    plot({ run, inputs, past = [], width, height }: ViewProps) {
      const all = fittedOf(options, { run, inputs });
      const before = past.map((each) => fittedOf(options, { run: each }));
      const domain = range(all);
      return boxes(all.length, { width, height }, { least: 270 }).flatMap((box, i) =>
        panel(
          all[i],
          before.flatMap((each) => each[i] ?? []),
          box,
          domain,
        ).map((chart) => moved(chart, box, { width, height })),
      );
    },
    describe(run) {
      const words = fittedOf(options, { run }).flatMap((each) => {
        const parts = partsOf(each, options);
        return parts.length ? `${each.name ? `${each.name}: ` : ''}${parts.join('; ')}.` : [];
      });
      return words.join(' ') || 'Nothing has been fitted yet.';
    },
    table(run) {
      const columns = fittedOf(options, { run }).flatMap((each) => {
        const label = (words = '') => [each.name, words].filter(Boolean).join(', ');
        return [
          { label: label(target?.name), points: each.target },
          ...each.members.map((points, i) => ({ label: label(each.names[i]), points })),
          { label: label(answer?.name), points: each.answer },
        ].filter(({ points }) => points.length);
      });
      const places = Array.from({ length: columns.length ? 33 : 0 }, (_, i) => i / 32);
      return {
        columns: [x.label, ...columns.map(({ label }) => label)],
        rows: places.map((share) => [
          plain(Number((x.from + share * (x.to - x.from)).toPrecision(4))),
          ...columns.map(({ points }) => value(at(points, share))),
        ]),
      };
    },
  };
}

/** What is said of a panel: who counts where, and how far the answer is off. */
function partsOf(
  { members, names, target, answer, seen }: Fitted,
  options: FittedOptions,
): string[] {
  const parts: string[] = [];
  if (members.length && options.members?.gates) {
    const places = members[0].length;
    const shares = members.map(
      (points, member) => points.filter((_, i) => leads(members, member, i)).length / places,
    );
    const most = shares.flatMap((share, i) => (share ? `${names[i]} on ${percent(share)}` : []));
    parts.push(`of ${members.length} curves the strongest is ${most.join(', ')} of the range`);
  } else if (members.length) parts.push(`${members.length} curves`);
  if (options.shares && seen.length) {
    const owned = names.map((name, i) => `${name} ${seen.filter((p) => p.member === i).length}`);
    const sure = seen.filter(({ share = 0 }) => share > 0.9).length;
    parts.push(
      `of ${seen.length} points each belongs most to: ${owned.join(', ')}; ${sure} of them by more than nine tenths`,
    );
  }
  if (answer.length && target.length) {
    const off = answer.map(({ y }, i) => Math.abs(y - at(target, i / (answer.length - 1))));
    parts.push(`the ${options.answer!.name} is off by up to ${value(Math.max(...off))}`);
  } else if (answer.length)
    parts.push(
      `the ${options.answer!.name} goes from ${value(answer[0].y)} to ${value(answer.at(-1)!.y)}`,
    );
  return parts;
}

/** Of a point's colour: pale where several have nearly as much of it. */
const strength = (share: number, members: number): number => {
  const beyondEven = (share - 1 / members) / (1 - 1 / members);
  return Number((0.2 + 0.75 * Math.max(0, Math.min(1, beyondEven))).toFixed(2));
};

/** The height at a share of the way along a curve. */
const at = (points: Point[], share: number): number =>
  points[Math.round(share * (points.length - 1))]?.y ?? Number.NaN;

/** The parts of members' curves where each has the largest gate. */
const strong = (members: Point[][]): Point[] =>
  members.flatMap((points, member) =>
    points.map((point, i) => (leads(members, member, i) ? point : { ...point, y: Number.NaN })),
  );
