/**
 * The load river: each expert's share of the assignments over training, stacked. An expert that dies
 * pinches out. Reads the metrics `load` (shares of assignments, summing to 1) and, where the
 * experiment has a capacity, `dropped` (share of assignments that found no room).
 */
import * as Plot from '@observablehq/plot';
import { count, percent } from '../lab/format';
import { latestRow, recent } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { above, logTicks, narrow, stepAxis, xAxis } from './axes';
import { type Along, binned, byFactors, evenly } from './bins';
import { apart } from './marks/apart';
import { color, letter } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { events } from './marks/events';
import { leads } from './marks/leads';

/** One expert's part of the height at one step; what was dropped lies on top, at 0. */
interface Part {
  step: number;
  expert: number;
  top: number;
  bottom: number;
}

/** The band of what was dropped, among the parts. */
const lost = -1;

function plot({ run, width, height, lastStep }: ViewProps, along: Along) {
  const tight = width < narrow;
  const last = Math.max(lastStep ?? 0, run.step, 2);
  const frame = {
    marginLeft: 0,
    marginRight: tight ? 62 : 72,
    marginTop: 30,
    marginBottom: 44,
  };
  const wide = width - frame.marginRight;
  const parts = partsOf(run, last, Math.floor(wide / 6), along);
  const front = parts.filter(({ step }) => step === parts.at(-1)?.step);
  const experts = front.filter(({ expert }) => expert !== lost);
  const dropped = front.find(({ expert, bottom }) => expert === lost && bottom > 0.0005);
  const gap = Math.min(25, (height - 74) / Math.max(1, experts.length));
  const r = Number(Math.min(10.5, gap * 0.44).toFixed(1));
  const shares = recent(run, 'load', 0.02);
  const place = { x: 'step', y: (part: Part) => (part.top + part.bottom) / 2 };
  const placed = apart(gap, r);
  const dx = tight ? 15 : 19;
  return {
    ...frame,
    x: along === evenly ? { domain: [0, last] } : { type: 'log' as const, domain: [1, last] },
    y: { domain: [1, 0] },
    marks: [
      Plot.areaY(
        parts.filter(({ expert }) => expert !== lost),
        {
          x: 'step',
          y1: 'top',
          y2: 'bottom',
          z: 'expert',
          fill: literal(({ expert }: Part) => color(expert)),
          className: 'v-river',
        },
      ),
      dropped && [
        Plot.areaY(
          parts.filter(({ expert }) => expert === lost),
          { x: 'step', y1: 'top', y2: 'bottom', className: 'v-dropped' },
        ),
        dropped.bottom * (height - 74) > 16 && along(dropped.step, last) * wide > 90
          ? Plot.text([dropped], {
              ...place,
              text: ({ bottom }: Part) => `dropped ${percent(bottom)}`,
              textAnchor: 'end',
              dx: -8,
              className: 'v-label v-on-wash',
            })
          : null,
      ],
      above('share of the assignments', 0),
      events(run, last, wide, along),
      along === evenly ? stepAxis(tight) : factorAxis(last, tight),
      leads(experts, { ...place, placed, to: dx - r }),
      bullets(experts, { ...place, dx, r, expert: ({ expert }) => expert, placed }),
      Plot.text(
        experts,
        placed({
          ...place,
          text: ({ expert }: Part) => percent(shares[expert]),
          fill: literal(({ expert }: Part) =>
            shares[expert] < 0.005 ? 'var(--soft)' : 'var(--ink)',
          ),
          fontSize: gap < 16 ? 11 : 13,
          textAnchor: 'start' as const,
          dx: dx + r + 5,
          className: 'v-share',
        }),
      ),
    ],
  };
}

/** Training steps along the bottom, each power of ten as wide as the next. */
const factorAxis = (last: number, tight: boolean) =>
  xAxis({
    label: 'training steps (log scale)',
    words: count,
    ticks: logTicks([1, last], tight ? 4 : 10),
  });

/** Every expert's band at every step, from top to bottom, and first of all what was dropped. */
function partsOf(run: RunData, last: number, bins: number, along: Along): Part[] {
  const { steps, rows } = binned(run.steps, run.metrics.load ?? [], last, bins, along);
  const dropped = binned(run.steps, run.metrics.dropped ?? [], last, bins, along).rows;
  return rows.flatMap((row, i) => {
    const share = dropped[i]?.[0] ?? 0;
    let edge = share;
    const parts = row.map((part, expert) => {
      const top = edge;
      edge += part * (1 - share);
      return { step: steps[i], expert, top, bottom: edge };
    });
    return [{ step: steps[i], expert: lost, top: 0, bottom: share }, ...parts];
  });
}

export const loadRiver: ChartView = {
  name: 'load-river',
  reads: { metrics: ['load'], maybe: ['dropped'] },
  aspect: 0.4,
  narrowAspect: 0.82,
  plot: (props) => plot(props, evenly),
  describe(run) {
    const shares = recent(run, 'load', 0.02);
    if (!shares.length) return 'No tokens have been routed yet.';
    const ranked = shares
      .map((share, expert) => ({ share, words: `${letter(expert)} ${percent(share)}` }))
      .sort((a, b) => b.share - a.share);
    const dropped = latestRow(run, 'dropped')[0];
    const lost = dropped > 0.0005 ? ` ${percent(dropped)} of them found no room.` : '';
    const events = run.events.map(({ step, words }) => ` At step ${count(step)}: ${words}.`);
    return `Share of the assignments per expert after ${count(run.step)} steps: ${ranked
      .map(({ words }) => words)
      .join(', ')}.${lost}${events.join('')}`;
  },
  table(run) {
    const experts = run.metrics.load?.[0]?.length ?? 0;
    const hasDropped = Boolean(run.metrics.dropped);
    const { steps, rows } = binned(run.steps, run.metrics.load ?? [], run.step, 30);
    const lost = binned(run.steps, run.metrics.dropped ?? [], run.step, 30).rows;
    return {
      columns: [
        'step',
        ...Array.from({ length: experts }, (_, i) => `share of ${letter(i)}`),
        ...(hasDropped ? ['dropped'] : []),
      ],
      rows: steps.map((step, i) => [
        Math.round(step),
        ...rows[i].map((share) => share.toFixed(4)),
        ...(hasDropped ? [lost[i][0].toFixed(4)] : []),
      ]),
    };
  },
};

/** The same on a log axis of time: a collapse within ten of a thousand steps has room there. */
export const loadRiverByFactors: ChartView = {
  ...loadRiver,
  plot: (props) => plot(props, byFactors),
};
