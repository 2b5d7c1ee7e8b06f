/**
 * Each expert's share of the latest tokens against its fair share, with the selection bias below
 * where a balancer moves one. Reads the metric `load` and the probe or metric `bias`.
 */
import { percent, value } from '../lab/format';
import { latestRow, recent } from '../lab/run';
import type { RunData, View, ViewProps } from '../lab/types';
import { narrow, YAxis } from './axes';
import { Bullet, color, letter } from './bullet';
import { linear } from './scale';

const biasOf = (run: RunData): number[] =>
  run.probes.bias ? Array.from(run.probes.bias.data) : latestRow(run, 'bias');

function Draw({ run, width, height }: ViewProps) {
  const shares = recent(run, 'load', 0.05);
  const experts = shares.length || 1;
  const bias = biasOf(run);
  const showBias = bias.some((b) => b !== 0);
  const left = 46;
  const right = width - (width < narrow ? 4 : 88);
  const [top, bottom] = [34, height - (showBias ? 92 : 32)];
  const fair = 1 / experts;
  const most = Math.max(2.5 * fair, ...shares) * 1.08;
  const y = linear([0, Math.min(1, most)], [bottom, top], 4);
  const pitch = (right - left) / experts;
  const bar = Math.min(56, pitch * 0.68);
  const middle = (expert: number) => left + (expert + 0.5) * pitch;
  const r = Math.min(10.5, pitch * 0.42);
  return (
    <>
      <YAxis scale={y} left={left} right={right} label="share of tokens" words={percent} />
      {shares.map((share, expert) => (
        <g key={letter(expert)}>
          <rect
            class="v-river"
            x={middle(expert) - bar / 2}
            width={bar}
            y={y(share)}
            height={Math.max(0, bottom - y(share))}
            fill={color(expert)}
          />
          <Bullet expert={expert} x={middle(expert)} y={bottom + 18} r={r} />
        </g>
      ))}
      <line class="v-fair" x1={left} x2={right} y1={y(fair)} y2={y(fair)} />
      <text
        class="v-label"
        x={width < narrow ? right : right + 6}
        y={width < narrow ? y(fair) - 6 : y(fair)}
        dy={width < narrow ? undefined : '0.36em'}
        text-anchor={width < narrow ? 'end' : 'start'}
      >
        {`fair ${percent(fair)}`}
      </text>
      {showBias && (
        <Bias bias={bias} x={middle} bar={bar} left={left} right={right} y={height - 26} />
      )}
    </>
  );
}

interface BiasProps {
  bias: number[];
  x: (expert: number) => number;
  bar: number;
  left: number;
  right: number;
  y: number;
}

/** One dial an expert: the hand stands above the line where the bias favours it, below where not. */
function Bias({ bias, x, bar, left, right, y }: BiasProps) {
  const most = Math.max(...bias.map(Math.abs), 1e-6);
  return (
    <>
      <line class="v-hair" x1={left} x2={right} y1={y} y2={y} />
      <text class="v-axis" x="0" y={y} dy="0.36em">
        bias
      </text>
      {bias.map((b, expert) => (
        <line
          key={letter(expert)}
          class="v-dial"
          stroke={color(expert)}
          x1={x(expert) - bar / 2}
          x2={x(expert) + bar / 2}
          y1={y - (b / most) * 20}
          y2={y - (b / most) * 20}
        />
      ))}
      <text class="v-axis" x={right + 6} y={y} dy="0.36em">
        {`± ${value(most)}`}
      </text>
    </>
  );
}

export const loadBars: View = {
  name: 'load-bars',
  reads: { metrics: ['load'], probes: ['bias'] },
  aspect: 0.4,
  narrowAspect: 0.75,
  Draw,
  describe(run) {
    const shares = recent(run, 'load', 0.05);
    if (!shares.length) return 'No tokens have been routed yet.';
    const words = shares.map((share, expert) => `${letter(expert)} ${percent(share)}`);
    const bias = biasOf(run);
    const favoured = bias.indexOf(Math.max(...bias));
    const tail = bias.some((b) => b !== 0) ? ` The bias favours ${letter(favoured)} most.` : '';
    return `Share of tokens per expert: ${words.join(', ')}; the fair share is ${percent(1 / shares.length)}.${tail}`;
  },
  table(run) {
    const shares = recent(run, 'load', 0.05);
    const bias = biasOf(run);
    return {
      columns: ['expert', 'share of tokens', ...(bias.length ? ['selection bias'] : [])],
      rows: shares.map((share, expert) => [
        letter(expert),
        share.toFixed(4),
        ...(bias.length ? [bias[expert].toFixed(4)] : []),
      ]),
    };
  },
};
