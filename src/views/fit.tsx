/**
 * A curve and the network's answer to it, with the piece each hidden unit adds. Reads the probes
 * `fit` [points] and `pieces` [units, points] on an even grid of x from −1 to 1; the target is the
 * input `target` [points], which the reader may draw.
 */
import { count, plain, value } from '../lab/format';
import { latest } from '../lab/run';
import type { RunData, View, ViewProps } from '../lab/types';
import { narrow, XAxis, YAxis } from './axes';
import { DrawTarget } from './draw-target';
import { fitScales, targetOf } from './fit-scales';
import { path, type Scale } from './scale';

const curve = (ys: ArrayLike<number>, x: Scale, y: Scale) =>
  path(
    Array.from(ys, (height, i) => [x(-1 + (2 * i) / (ys.length - 1)), y(clip(height))] as const),
  );

/** Pieces may leave the figure by far: they are cut just outside of it. */
const clip = (height: number) => Math.max(-2.2, Math.min(2.2, height));

function piecesOf(run: RunData): ArrayLike<number>[] {
  const probe = run.probes.pieces;
  if (!probe) return [];
  const [units, points] = probe.shape;
  return Array.from({ length: units }, (_, unit) =>
    Array.from({ length: points }, (_, i) => added(probe.data, unit * points, i, points)),
  );
}

/** What a unit adds there; nothing is drawn where it and its neighbours add nothing. */
function added(data: ArrayLike<number>, start: number, i: number, points: number): number {
  const near = [i - 1, i, i + 1].filter((at) => at >= 0 && at < points);
  return near.some((at) => Math.abs(data[start + at]) > 1e-6) ? data[start + i] : Number.NaN;
}

function Draw({ run, width, height, past = [], inputs }: ViewProps) {
  const { x, y } = fitScales(width, height);
  const [left, right] = x.range;
  const target = targetOf({ run, inputs });
  const fit = run.probes.fit?.data ?? [];
  return (
    <>
      <YAxis scale={y} left={left} right={right} label="y" />
      <XAxis scale={x} y={height - 38} label="x" />
      <svg
        class="v-clip"
        aria-hidden="true"
        x={left}
        y={24}
        width={right - left}
        height={height - 64}
      >
        <g transform={`translate(${-left},-24)`}>
          {piecesOf(run).map((piece, unit) => (
            <path key={`unit ${unit + 1}`} class="v-piece" d={curve(piece, x, y)} />
          ))}
          {past.map((each) => (
            <path
              key={`${each.seed} ${each.step} ${each.settings.hidden}`}
              class="v-past"
              d={curve(each.probes.fit?.data ?? [], x, y)}
            />
          ))}
          <path class="v-target" d={curve(target, x, y)} />
          <path class="v-line" d={curve(fit, x, y)} />
        </g>
      </svg>
      <Labels target={target} fit={fit} y={y} right={right} tight={width < narrow} />
    </>
  );
}

interface LabelsProps {
  target: ArrayLike<number>;
  fit: ArrayLike<number>;
  y: Scale;
  right: number;
  tight: boolean;
}

/** Named at the right edge; above the figure where there is no room. */
function Labels({ target, fit, y, right, tight }: LabelsProps) {
  if (tight)
    return (
      <g transform={`translate(${right - 150},14)`}>
        <line class="v-target" x1="0" x2="18" />
        <text class="v-label" x="23" dy="0.36em">
          target
        </text>
        <line class="v-line" x1="80" x2="98" />
        <text class="v-label" x="103" dy="0.36em">
          network
        </text>
      </g>
    );
  const end = (ys: ArrayLike<number>) => y(clip(ys[ys.length - 1] ?? 0));
  let [aim, got] = [end(target), end(fit)];
  if (Math.abs(aim - got) < 17) {
    const middle = (aim + got) / 2;
    [aim, got] = aim <= got ? [middle - 8.5, middle + 8.5] : [middle + 8.5, middle - 8.5];
  }
  return (
    <>
      <text class="v-target-label" x={right + 8} y={aim} dy="0.36em">
        target
      </text>
      {fit.length > 0 && (
        <text class="v-label" x={right + 8} y={got} dy="0.36em">
          network
        </text>
      )}
    </>
  );
}

export const fit: View = {
  name: 'fit',
  reads: { metrics: ['loss'], probes: ['fit', 'pieces', 'target'] },
  aspect: 0.46,
  narrowAspect: 0.85,
  Draw,
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
    return `The network's curve${units ? `, a sum of ${units} pieces,` : ''} against the target after ${count(run.step)} steps, mean squared error ${value(latest(run, 'loss'))}.${off}`;
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
