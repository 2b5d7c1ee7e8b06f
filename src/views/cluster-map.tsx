/**
 * Which expert takes which cluster of the data: one row a cluster, one column an expert, ink for
 * the share of the cluster's tokens. Reads the probe `clusterLoad`, [clusters, experts].
 */
import { percent, some } from '../lab/format';
import type { RunData, View, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { Bullet, color, ink, letter } from './bullet';

/** Cluster → share of its tokens per expert. */
function sharesOf(run: RunData): number[][] {
  const probe = run.probes.clusterLoad;
  if (!probe) return [];
  const [clusters, experts] = probe.shape;
  return Array.from({ length: clusters }, (_, c) => {
    const row = Array.from({ length: experts }, (_, e) => probe.data[c * experts + e]);
    const total = row.reduce((sum, share) => sum + share, 0) || 1;
    return row.map((share) => share / total);
  });
}

function Draw({ run, width, height }: ViewProps) {
  const shares = sharesOf(run);
  const experts = shares[0]?.length ?? 1;
  const left = width < narrow ? 28 : 76;
  const top = 34;
  const cellW = (width - left) / experts;
  const cellH = (height - top - 4) / Math.max(1, shares.length);
  const r = Math.min(10.5, cellW * 0.42);
  return (
    <>
      <text class="v-axis" x="0" y={14} dy="0.36em">
        {width < narrow ? '' : 'cluster'}
      </text>
      {shares[0]?.map((_, expert) => (
        <Bullet
          key={letter(expert)}
          expert={expert}
          x={left + (expert + 0.5) * cellW}
          y={14}
          r={r}
        />
      ))}
      {shares.map((row, cluster) => (
        <g
          key={clusterName(cluster)}
          transform={`translate(0,${(top + cluster * cellH).toFixed(1)})`}
        >
          <text class="v-axis" x={left - 10} y={cellH / 2} dy="0.36em" text-anchor="end">
            {clusterName(cluster)}
          </text>
          {row.map((share, expert) => (
            <Cell
              key={letter(expert)}
              expert={expert}
              share={share}
              x={left + expert * cellW}
              width={cellW}
              height={cellH}
            />
          ))}
        </g>
      ))}
    </>
  );
}

interface CellProps {
  expert: number;
  share: number;
  x: number;
  width: number;
  height: number;
}

function Cell({ expert, share, x, width, height }: CellProps) {
  const inner = {
    width: Number((width - 2).toFixed(1)),
    height: Number(Math.max(1, height - 2).toFixed(1)),
  };
  return (
    <g transform={`translate(${x.toFixed(1)},0)`}>
      <rect class="v-cell" x="1" y="1" width={inner.width} height={inner.height} />
      {share > 0.005 && (
        <rect
          x="1"
          y="1"
          width={inner.width}
          height={inner.height}
          fill={color(expert)}
          opacity={share.toFixed(2)}
        />
      )}
      {share >= 0.3 && height > 13 && width > 20 && (
        <text
          class="v-bullet"
          fill={share > 0.75 ? ink(expert) : 'var(--ink)'}
          font-size={Math.min(13, height * 0.7).toFixed(1)}
          x={(width / 2).toFixed(1)}
          y={(height / 2).toFixed(1)}
          dy="0.36em"
          text-anchor="middle"
        >
          {letter(expert)}
        </text>
      )}
    </g>
  );
}

const clusterName = (cluster: number) => String(cluster + 1);

export const clusterMap: View = {
  name: 'cluster-map',
  reads: { probes: ['clusterLoad'] },
  aspect: 0.5,
  narrowAspect: 0.78,
  Draw,
  describe(run) {
    const shares = sharesOf(run);
    if (!shares.length) return 'No clusters have been routed yet.';
    const winners = shares.map((row) => row.indexOf(Math.max(...row)));
    const used = [...new Set(winners)].sort((a, b) => a - b);
    const words = used.map((expert) => {
      const own = winners.filter((winner) => winner === expert).length;
      return `${letter(expert)} leads in ${own}`;
    });
    return `${some(shares.length, 'cluster')}: ${words.join(', ')}.`;
  },
  table(run) {
    const shares = sharesOf(run);
    return {
      columns: ['cluster', ...(shares[0] ?? []).map((_, expert) => letter(expert))],
      rows: shares.map((row, cluster) => [
        clusterName(cluster),
        ...row.map((share) => percent(share)),
      ]),
    };
  },
};
