/**
 * Two gradients on the router against each other: for each expert how a step along each would move
 * the logit of the mean token, as an arrow up or down, over the load that they act on. Reads the
 * metrics `taskPull`, `balancePull` and `load`.
 */
import { percent, value } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { Bullet, color, letter } from './marks/bullet';

const sides = [
  { metric: 'taskPull', name: 'task', className: 'v-pull' },
  { metric: 'balancePull', name: 'balance loss', className: 'v-pull v-hollow-pull' },
] as const;

/** Rows that an arrow is the mean of: a single batch is partly chance. */
const recentRows = 5;

/** Mean of a metric's last rows, column by column. */
function meanRow(run: RunData, metric: string): number[] {
  const rows = (run.metrics[metric] ?? []).slice(-recentRows);
  return (rows[0] ?? []).map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
}

interface Pull {
  expert: number;
  task: number;
  balance: number;
  share: number;
}

function pullsOf(run: RunData): Pull[] {
  const [task, balance] = sides.map(({ metric }) => meanRow(run, metric));
  return meanRow(run, 'load').map((share, expert) => ({
    expert,
    share,
    task: task[expert],
    balance: balance[expert],
  }));
}

/** Experts that the two pull opposite ways. */
export const opposed = (run: RunData): number =>
  pullsOf(run).filter(({ task, balance }) => task * balance < 0).length;

function Draw({ run, width, height }: ViewProps) {
  const pulls = pullsOf(run);
  const tight = width < narrow;
  const left = tight ? 0 : 92;
  const pitch = (width - left) / Math.max(1, pulls.length);
  const most = Math.max(
    1e-12,
    ...pulls.flatMap(({ task, balance }) => [task, balance].map(Math.abs)),
  );
  // Room over the highest bar for its number.
  const top = 1.2 * Math.max(0.3, ...pulls.map(({ share }) => share));
  const arrows = { top: 34, bottom: height * 0.64 };
  const zero = (arrows.top + arrows.bottom) / 2;
  const tall = (arrows.bottom - arrows.top) / 2 - 4;
  const bar = { top: arrows.bottom + 44, bottom: height - 4 };
  const r = Math.min(10.5, pitch * 0.4);
  const apart = Math.min(12, pitch * 0.21);
  const fair = bar.bottom - (1 / Math.max(1, pulls.length) / top) * (bar.bottom - bar.top);
  return (
    <>
      {sides.map(({ name, className }, i) => (
        <g key={name} transform={`translate(${left + i * 76},0)`}>
          <path class={className.replace('v-pull', 'v-pull-key')} d={arrow(7, 19, 3)} />
          <text class="v-label" x={19} y={15} text-anchor="start">
            {name}
          </text>
        </g>
      ))}
      {!tight && (
        <>
          <text class="v-axis" x={0} y={fixed(arrows.top + 14)} text-anchor="start">
            more chosen
          </text>
          <text class="v-axis" x={0} y={fixed(arrows.bottom - 6)} text-anchor="start">
            less chosen
          </text>
          <text class="v-axis" x={0} y={fixed(bar.top + 10)} text-anchor="start">
            load
          </text>
        </>
      )}
      <line class="v-hair" x1={left} x2={width} y1={fixed(zero)} y2={fixed(zero)} />
      {pulls.map(({ expert, task, balance, share }) => {
        const x = left + (expert + 0.5) * pitch;
        const high = (share / top) * (bar.bottom - bar.top);
        return (
          <g key={expert}>
            {[task, balance].map((pull, side) => (
              <path
                key={sides[side].name}
                class={sides[side].className}
                d={arrow(x + (side ? apart : -apart), zero, zero - (pull / most) * tall)}
              />
            ))}
            <Bullet expert={expert} x={x} y={arrows.bottom + 16} r={r} />
            <rect
              class="v-river"
              x={fixed(x - pitch * 0.3)}
              y={fixed(bar.bottom - high)}
              width={fixed(pitch * 0.6)}
              height={fixed(high)}
              fill={color(expert)}
            />
            {pitch > 40 && (
              <text
                text-anchor="middle"
                class="v-axis v-on-paper"
                x={fixed(x)}
                y={fixed(Math.max(bar.top + 10, bar.bottom - high - 5))}
              >
                {percent(share)}
              </text>
            )}
          </g>
        );
      })}
      {pulls.length > 0 && (
        <line class="v-fair" x1={left} x2={width} y1={fixed(fair)} y2={fixed(fair)} />
      )}
    </>
  );
}

const fixed = (x: number) => Number(x.toFixed(1));

/** A shaft from one height to another with a head at the end, shorter than the head where it must. */
function arrow(x: number, from: number, to: number): string {
  const way = Math.sign(to - from) || -1;
  const head = Math.min(10, Math.abs(to - from));
  const neck = to - way * head;
  const [a, b] = [7.5, 3];
  const points: [number, number][] = [
    [x - b, from],
    [x - b, neck],
    [x - a, neck],
    [x, to],
    [x + a, neck],
    [x + b, neck],
    [x + b, from],
  ];
  return `M${points.map((point) => point.map(fixed).join(' ')).join('L')}Z`;
}

export const pulls: DrawnView = {
  name: 'pulls',
  styles: ['pulls'],
  reads: { metrics: ['taskPull', 'balancePull', 'load'] },
  aspect: 0.42,
  narrowAspect: 0.95,
  Draw,
  describe(run) {
    const all = pullsOf(run);
    if (!all.length) return 'No gradient has been taken yet.';
    const way = (pull: number) => (pull > 0 ? 'up' : 'down');
    const words = all.map(
      ({ expert, task, balance, share }) =>
        `${letter(expert)} (${percent(share)} of the load) task ${way(task)}, balance loss ${way(balance)}`,
    );
    return `Pull on each expert’s logit: ${words.join('; ')}. They are opposed for ${opposed(run)} of ${all.length}.`;
  },
  table(run) {
    return {
      columns: ['expert', 'load', 'pull of the task', 'pull of the balance loss'],
      rows: pullsOf(run).map(({ expert, task, balance, share }) => [
        letter(expert),
        share.toFixed(4),
        value(task),
        value(balance),
      ]),
    };
  },
};
