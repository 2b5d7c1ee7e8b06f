/**
 * A selection bias as a dial under each expert's load: the hand stands to the right where the bias
 * favours the expert and to the left where it does not, and a triangle says which way it moved last.
 * Above it the load of the last batch, with that of the last fifty as a mark across: where a bias
 * swings, the bars jump and the marks stay. Only differences choose, so a hand shows how far the
 * bias is from the mean of all. Reads the metrics `load` and `bias`.
 */
import { percent, value } from '../lab/format';
import { latestRow } from '../lab/run';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { Bullet, color, letter } from './marks/bullet';

/** Batches that a mark stands for. */
const together = 50;
/** Degrees to either side of a hand that stands upright. */
const sweep = 120;

interface Dial {
  expert: number;
  /** Of the last batch, and of the last fifty together. */
  share: number;
  mean: number;
  /** Above the mean of all. */
  bias: number;
  /** Its last move: up, down or none. */
  moved: -1 | 0 | 1;
}

export const meanOf = (numbers: number[]): number =>
  numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** What each bias is above the mean of all: only that chooses. */
export function aboveMean(biases: number[]): number[] {
  const mean = meanOf(biases);
  return biases.map((bias) => bias - mean);
}

function dialsOf(run: RunData): Dial[] {
  const rows = run.metrics.load ?? [];
  const recent = rows.filter((_, i) => run.steps[i] > run.step - together);
  const [before, now] = (run.metrics.bias ?? []).slice(-2).map((row) => row);
  const raw = now ?? before ?? [];
  const moves = raw.map((b, i) => (now ? Math.sign(b - before[i]) : Math.sign(b)));
  return latestRow(run, 'load').map((share, expert) => ({
    expert,
    share,
    mean: meanOf(recent.map((row) => row[expert])),
    bias: aboveMean(raw)[expert] ?? 0,
    moved: (moves[expert] ?? 0) as Dial['moved'],
  }));
}

/** A round number not below x: where the hands of all dials end. */
function roundUp(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= x * 0.999) ?? x;
}

const most = (run: RunData): number =>
  roundUp(Math.max(0.01, ...(run.metrics.bias ?? []).flatMap(aboveMean).map(Math.abs)));

/** The highest bar of the last hundred steps, so that the scale does not jump with each batch. */
function highest(run: RunData): number {
  const rows = (run.metrics.load ?? []).filter((_, i) => run.steps[i] > run.step - 2 * together);
  return Math.max(...rows.flat(), 2.2 / Math.max(1, latestRow(run, 'load').length));
}

const signed = (x: number) => (x > 0 ? `+${value(x)}` : value(x));

function Draw({ run, width, height }: ViewProps) {
  const dials = dialsOf(run);
  if (!dials.length)
    return (
      <text class="v-axis" x={0} y={14} text-anchor="start">
        The dials stand at 0
      </text>
    );
  const columns = width < narrow ? Math.ceil(dials.length / 2) : dials.length;
  const end = most(run);
  const said = [
    `bar: load of the last batch, mark: of ${together}`,
    `dial: selection bias, ±${value(end)} at its ends`,
  ];
  const lines = width < narrow ? said : [said.join('; ')];
  const head = 7 + 17 * lines.length;
  const pitch = { x: width / columns, y: (height - head) / Math.ceil(dials.length / columns) };
  const top = highest(run);
  const r = Math.min(38, pitch.x * 0.34, pitch.y * 0.19);
  // From the top: the number over a bar, the bar, its bullet, the dial, its number.
  const tall = pitch.y - 2 * r - 92;
  const wide = Math.min(44, pitch.x * 0.5);
  const fair = 1 / dials.length;
  return (
    <>
      {lines.map((words, i) => (
        <text class="v-axis" key={words} x={0} y={13 + 17 * i} text-anchor="start">
          {words}
        </text>
      ))}
      {dials.map(({ expert, share, mean, bias, moved }) => {
        const x = ((expert % columns) + 0.5) * pitch.x;
        const y = head + Math.floor(expert / columns) * pitch.y;
        const foot = y + 24 + tall;
        const at = (part: number) => foot - (part / top) * tall;
        const hub = foot + 40 + r;
        const angle = Math.max(-1, Math.min(1, bias / end)) * sweep;
        const hand = onCircle(x, hub, r - 5, angle);
        return (
          <g key={expert}>
            <line
              class="v-hair"
              x1={x - pitch.x * 0.42}
              x2={x + pitch.x * 0.42}
              y1={foot}
              y2={foot}
            />
            <rect
              class="v-river"
              x={fixed(x - wide / 2)}
              y={fixed(at(share))}
              width={fixed(wide)}
              height={fixed(foot - at(share))}
              fill={color(expert)}
            />
            <line
              class="v-fair"
              x1={fixed(x - pitch.x * 0.42)}
              x2={fixed(x + pitch.x * 0.42)}
              y1={fixed(at(fair))}
              y2={fixed(at(fair))}
            />
            <line
              class="v-middle"
              x1={fixed(x - wide / 2 - 5)}
              x2={fixed(x + wide / 2 + 5)}
              y1={fixed(at(mean))}
              y2={fixed(at(mean))}
            />
            <text
              text-anchor="middle"
              class="v-label v-on-paper"
              x={fixed(x)}
              y={fixed(Math.min(at(share), at(mean)) - 7)}
            >
              {percent(share)}
            </text>
            <Bullet expert={expert} x={x} y={foot + 17} />
            <path class="v-range v-dial-face" d={arc(x, hub, r, -sweep, sweep)} />
            <path class="v-dial-way" stroke={color(expert)} d={arc(x, hub, r, 0, angle)} />
            <line
              class="v-hair"
              x1={fixed(x)}
              x2={fixed(x)}
              y1={fixed(hub - r - 4)}
              y2={fixed(hub - r + 4)}
            />
            <line class="v-middle" x1={fixed(x)} y1={fixed(hub)} x2={hand[0]} y2={hand[1]} />
            <circle class="v-dot" cx={fixed(x)} cy={fixed(hub)} r={3.5} />
            <text class="v-axis" text-anchor="middle" x={fixed(x)} y={fixed(hub + r * 0.62 + 14)}>
              {signed(Math.abs(bias) < end / 1000 ? 0 : bias)}
            </text>
            {moved !== 0 && (
              <path
                class="v-dot"
                d={triangle(x + (moved > 0 ? 1 : -1) * (r * 0.46), hub + r * 0.28, moved)}
              />
            )}
          </g>
        );
      })}
    </>
  );
}

const fixed = (x: number) => Number(x.toFixed(1));

/** 0 degrees is up, clockwise. */
const onCircle = (x: number, y: number, r: number, degrees: number): [number, number] => {
  const turn = (degrees * Math.PI) / 180;
  return [fixed(x + r * Math.sin(turn)), fixed(y - r * Math.cos(turn))];
};

function arc(x: number, y: number, r: number, from: number, to: number): string {
  const [low, high] = from < to ? [from, to] : [to, from];
  const large = high - low > 180 ? 1 : 0;
  return `M${onCircle(x, y, r, low)}A${fixed(r)} ${fixed(r)} 0 ${large} 1 ${onCircle(x, y, r, high)}`;
}

/** Points to the side that the hand moves to. */
const triangle = (x: number, y: number, side: -1 | 1): string =>
  `M${fixed(x - 4 * side)} ${fixed(y - 5)}V${fixed(y + 5)}L${fixed(x + 4 * side)} ${fixed(y)}Z`;

export const dials: DrawnView = {
  name: 'dials',
  styles: ['dials'],
  reads: { metrics: ['load', 'bias'] },
  aspect: 0.34,
  narrowAspect: 1.35,
  Draw,
  describe(run) {
    const all = dialsOf(run);
    if (!all.length) return 'The dials stand at 0: no tokens have been routed yet.';
    const words = all.map(
      ({ expert, share, mean, bias, moved }) =>
        `${letter(expert)} ${percent(share)}, ${percent(mean)} over ${together} batches, bias ${signed(bias)}${['', ' and rising', ' and falling'].at(moved)}`,
    );
    return `Share of the last batch per expert, and its selection bias less the mean of all: ${words.join('; ')}.`;
  },
  table(run) {
    return {
      columns: [
        'expert',
        'share of the last batch',
        `of the last ${together}`,
        'bias, less the mean',
        'last move',
      ],
      rows: dialsOf(run).map(({ expert, share, mean, bias, moved }) => [
        letter(expert),
        share.toFixed(4),
        mean.toFixed(4),
        signed(bias),
        ['none', 'up', 'down'].at(moved)!,
      ]),
    };
  },
};
