/**
 * The load river: each expert's share of the tokens over training, stacked. An expert that dies
 * pinches out. Reads the metrics `load` (shares of assignments, summing to 1) and, where the
 * experiment has a capacity, `dropped` (share of assignments that found no room).
 */
import { count, percent } from '../lab/format';
import { latestRow, recent } from '../lab/run';
import type { RunData, View, ViewProps } from '../lab/types';
import { Events, narrow, StepAxis, tickCount } from './axes';
import { Bullet, color, letter } from './bullet';
import { binned, linear, path, type Scale, spreadLabels } from './scale';

function Draw({ run, width, height, lastStep }: ViewProps) {
  const loads = run.metrics.load ?? [];
  const experts = loads[0]?.length ?? 0;
  const tight = width < narrow;
  const right = width - (tight ? 58 : 72);
  const top = 30;
  const bottom = height - 40;
  const last = Math.max(lastStep ?? 0, run.step, 1);
  const x = linear([0, last], [0, right], tickCount(right, tight ? 80 : 110));
  const y = linear([0, 1], [top, bottom]);
  const { steps, rows } = binned(run.steps, loads, last, Math.floor(right / 6));
  const dropped = binned(run.steps, run.metrics.dropped ?? [], last, Math.floor(right / 6)).rows;
  const layers = stack(rows, dropped, experts);
  const anyDropped = dropped.some(([share]) => share > 0.0005);
  return (
    <>
      {layers.map((layer, expert) => (
        <path
          key={letter(expert)}
          class="v-river"
          fill={color(expert)}
          d={band(steps, layer, x, y)}
        />
      ))}
      {anyDropped && <Dropped steps={steps} dropped={dropped} x={x} y={y} />}
      <text class="v-axis" x="0" y="12">
        share of tokens
      </text>
      <Events run={run} x={x} top={top} bottom={bottom} onFill />
      <StepAxis scale={x} y={bottom} />
      {steps.length > 0 && (
        <Shares run={run} layers={layers} at={x(steps.at(-1)!)} y={y} tight={tight} />
      )}
    </>
  );
}

/** Lower and upper edge of every expert's band at every step; what was dropped lies on top. */
function stack(rows: number[][], dropped: number[][], experts: number): [number, number][][] {
  const layers: [number, number][][] = Array.from({ length: experts }, () => []);
  rows.forEach((row, i) => {
    const lost = dropped[i]?.[0] ?? 0;
    let edge = lost;
    row.forEach((share, expert) => {
      const next = edge + share * (1 - lost);
      layers[expert].push([edge, next]);
      edge = next;
    });
  });
  return layers;
}

const band = (steps: number[], layer: [number, number][], x: Scale, y: Scale) =>
  `${path([
    ...layer.map(([low], i) => [x(steps[i]), y(low)] as const),
    ...layer.map(([, high], i) => [x(steps[i]), y(high)] as const).reverse(),
  ])}Z`;

function Dropped({
  steps,
  dropped,
  x,
  y,
}: {
  steps: number[];
  dropped: number[][];
  x: Scale;
  y: Scale;
}) {
  const share = dropped.at(-1)![0];
  const end = x(steps.at(-1)!);
  return (
    <>
      <path
        class="v-dropped"
        d={band(
          steps,
          dropped.map(([lost]) => [0, lost]),
          x,
          y,
        )}
      />
      {y(share) - y(0) > 16 && end > 90 && (
        <text class="v-label v-on-wash" x={end - 8} y={y(share / 2)} dy="0.36em" text-anchor="end">
          {`dropped ${percent(share)}`}
        </text>
      )}
    </>
  );
}

/** Bullet and share of every expert at the river's front, moved apart where bands are thin. */
function Shares({
  run,
  layers,
  at,
  y,
  tight,
}: {
  run: RunData;
  layers: [number, number][][];
  at: number;
  y: Scale;
  tight: boolean;
}) {
  const shares = recent(run, 'load', 0.02);
  const [top, bottom] = y.range;
  const gap = Math.min(25, (bottom - top) / Math.max(1, layers.length));
  const r = Math.min(10.5, gap * 0.44);
  const middles = layers.map((layer) => {
    const [low, high] = layer.at(-1)!;
    return y((low + high) / 2);
  });
  const placed = spreadLabels(middles, gap, top + r, bottom - r);
  const x = at + (tight ? 14 : 18);
  return (
    <>
      {placed.map((place, expert) => (
        <g key={letter(expert)}>
          {Math.abs(place - middles[expert]) > 4 && (
            <path
              class="v-lead"
              d={path([
                [at + 1, middles[expert]],
                [x - r, place],
              ])}
            />
          )}
          <Bullet expert={expert} x={x} y={place} r={r} />
          <text
            class={shares[expert] < 0.005 ? 'v-axis' : 'v-label'}
            font-size={gap < 16 ? 11 : undefined}
            x={x + r + 5}
            y={place}
            dy="0.36em"
          >
            {percent(shares[expert])}
          </text>
        </g>
      ))}
    </>
  );
}

export const loadRiver: View = {
  name: 'load-river',
  reads: { metrics: ['load', 'dropped'] },
  aspect: 0.4,
  narrowAspect: 0.82,
  Draw,
  describe(run) {
    const shares = recent(run, 'load', 0.02);
    if (!shares.length) return 'No tokens have been routed yet.';
    const ranked = shares
      .map((share, expert) => ({ share, words: `${letter(expert)} ${percent(share)}` }))
      .sort((a, b) => b.share - a.share);
    const dropped = latestRow(run, 'dropped')[0];
    const lost = dropped > 0.0005 ? ` ${percent(dropped)} of them found no room.` : '';
    const events = run.events.map(({ step, words }) => ` At step ${count(step)}: ${words}.`);
    return `Share of tokens per expert after ${count(run.step)} steps: ${ranked
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
