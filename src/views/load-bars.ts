/**
 * Each expert's share of the latest tokens against its fair share, with the selection bias below
 * where a balancer moves one. Reads the metric `load` and the probe or metric `bias`.
 */
import * as Plot from '@observablehq/plot';
import { percent, value } from '../lab/format';
import { latestRow, recent } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, yAxis } from './axes';
import { color, letter } from './marks/bullet';
import { bullets, literal } from './marks/bullets';

const biasOf = (run: RunData): number[] =>
  run.probes.bias ? Array.from(run.probes.bias.data) : latestRow(run, 'bias');

function plot({ run, width, height }: ViewProps) {
  const tight = width < narrow;
  const shares = recent(run, 'load', 0.05);
  const bias = biasOf(run);
  const experts = shares.map((share, expert) => ({ share, expert, bias: bias[expert] ?? 0 }));
  const dials = bias.some((b) => b !== 0);
  const fair = 1 / Math.max(1, experts.length);
  const frame = {
    marginLeft: 46,
    marginRight: tight ? 4 : 88,
    marginTop: 34,
    marginBottom: dials ? 92 : 32,
  };
  const pitch = (width - frame.marginLeft - frame.marginRight) / Math.max(1, experts.length);
  const r = Number(Math.min(10.5, pitch * 0.42).toFixed(1));
  const inset = Number(((pitch - Math.min(56, pitch * 0.68)) / 2).toFixed(1));
  const domain = experts.map(({ expert }) => expert);
  const fill = literal(({ expert }: { expert: number }) => color(expert));
  const bars: Plot.PlotOptions = {
    ...frame,
    x: { type: 'band', domain, padding: 0, axis: null },
    y: { domain: [0, Math.min(1, Math.max(2.5 * fair, ...shares) * 1.08)] },
    marks: [
      yAxis({ label: 'share of the assignments', words: percent }, frame),
      Plot.barY(experts, {
        x: 'expert',
        y: 'share',
        fill,
        insetLeft: inset,
        insetRight: inset,
        className: 'v-river',
      }),
      bullets(experts, {
        x: 'expert',
        frameAnchor: 'bottom',
        dy: 18,
        r,
        expert: ({ expert }) => expert,
      }),
      Plot.ruleY([fair], { className: 'v-fair' }),
      Plot.text([`fair ${percent(fair)}`], {
        y: [fair],
        frameAnchor: 'right',
        className: 'v-label',
        ...(tight
          ? { textAnchor: 'end', lineAnchor: 'bottom', dy: -4 }
          : { textAnchor: 'start', dx: 6 }),
      }),
    ],
  };
  return dials ? [bars, dialsOf(experts, frame, { height, inset, fill })] : bars;
}

interface Dial {
  expert: number;
  bias: number;
}

interface Room {
  height: number;
  inset: number;
  fill: ReturnType<typeof literal<Dial>>;
}

/** One dial an expert: the hand stands above the line where the bias favours it, below where not. */
function dialsOf(
  dials: Dial[],
  { marginLeft, marginRight }: { marginLeft: number; marginRight: number },
  { height, inset, fill }: Room,
): Plot.PlotOptions {
  const most = Math.max(...dials.map(({ bias }) => Math.abs(bias)));
  return {
    marginLeft,
    marginRight,
    marginTop: height - 46,
    marginBottom: 6,
    x: { type: 'band', domain: dials.map(({ expert }) => expert), padding: 0, axis: null },
    y: { domain: [-most, most], axis: null },
    marks: [
      Plot.ruleY([0], { className: 'v-hair' }),
      Plot.text(['bias'], {
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: -marginLeft,
        className: 'v-axis',
      }),
      Plot.tickY(dials, {
        x: 'expert',
        y: 'bias',
        stroke: fill,
        insetLeft: inset,
        insetRight: inset,
        className: 'v-dial',
      }),
      Plot.text([`± ${value(most)}`], {
        frameAnchor: marginRight > 40 ? 'right' : 'top-right',
        textAnchor: marginRight > 40 ? 'start' : 'end',
        dx: marginRight > 40 ? 6 : 0,
        className: 'v-axis v-on-paper',
      }),
    ],
  };
}

export const loadBars: ChartView = {
  name: 'load-bars',
  reads: { metrics: ['load'], maybe: ['bias'] },
  aspect: 0.4,
  narrowAspect: 0.75,
  plot,
  describe(run) {
    const shares = recent(run, 'load', 0.05);
    if (!shares.length) return 'No tokens have been routed yet.';
    const words = shares.map((share, expert) => `${letter(expert)} ${percent(share)}`);
    const bias = biasOf(run);
    const favoured = bias.indexOf(Math.max(...bias));
    const tail = bias.some((b) => b !== 0) ? ` The bias favours ${letter(favoured)} most.` : '';
    return `Share of the assignments per expert: ${words.join(', ')}; the fair share is ${percent(1 / shares.length)}.${tail}`;
  },
  table(run) {
    const shares = recent(run, 'load', 0.05);
    const bias = biasOf(run);
    return {
      columns: ['expert', 'share of the assignments', ...(bias.length ? ['selection bias'] : [])],
      rows: shares.map((share, expert) => [
        letter(expert),
        share.toFixed(4),
        ...(bias.length ? [bias[expert].toFixed(4)] : []),
      ]),
    };
  },
};
