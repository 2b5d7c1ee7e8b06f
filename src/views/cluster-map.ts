/**
 * Which expert takes which cluster of the data: one row a cluster, one column an expert, ink for
 * the share of the cluster's tokens. Reads the probe `clusterLoad`, [clusters, experts].
 */
import * as Plot from '@observablehq/plot';
import { percent, some } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { color, ink, letter } from './marks/bullet';
import { bullets, literal } from './marks/bullets';

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

interface Cell {
  cluster: string;
  expert: number;
  share: number;
}

function plot({ run, width, height }: ViewProps): Plot.PlotOptions {
  const tight = width < narrow;
  const shares = sharesOf(run);
  const cells: Cell[] = shares.flatMap((row, cluster) =>
    row.map((share, expert) => ({ cluster: clusterName(cluster), expert, share })),
  );
  const experts = shares[0]?.map((_, expert) => expert) ?? [];
  const frame = { marginLeft: tight ? 28 : 76, marginRight: 0, marginTop: 34, marginBottom: 4 };
  const cellWidth = (width - frame.marginLeft) / Math.max(1, experts.length);
  const cellHeight = (height - 38) / Math.max(1, shares.length);
  const lettered = cellHeight > 13 && cellWidth > 20;
  const place = { x: 'expert', y: 'cluster', inset: 1 };
  return {
    ...frame,
    x: { type: 'band', domain: experts, padding: 0, axis: null },
    y: { type: 'band', domain: shares.map((_, cluster) => clusterName(cluster)), padding: 0 },
    marks: [
      Plot.axisY({ tickSize: 0, tickPadding: 10, label: null, className: 'v-axis' }),
      tight
        ? null
        : Plot.text(['cluster'], {
            frameAnchor: 'top-left',
            dx: -frame.marginLeft,
            dy: -26,
            className: 'v-axis',
          }),
      bullets(experts, {
        x: (expert) => expert,
        frameAnchor: 'top',
        dy: -20,
        r: Number(Math.min(10.5, cellWidth * 0.42).toFixed(1)),
        expert: (expert) => expert,
      }),
      Plot.cell(cells, { ...place, className: 'v-cell' }),
      Plot.cell(
        cells.filter(({ share }) => share > 0.005),
        {
          ...place,
          fill: literal(({ expert }: Cell) => color(expert)),
          fillOpacity: { value: ({ share }: Cell) => Number(share.toFixed(2)), scale: null },
        },
      ),
      Plot.text(
        cells.filter(({ share }) => lettered && share >= 0.3),
        {
          x: 'expert',
          y: 'cluster',
          text: ({ expert }: Cell) => letter(expert),
          fill: literal(({ expert, share }: Cell) => (share > 0.75 ? ink(expert) : 'var(--ink)')),
          fontSize: Math.min(13, Math.round(cellHeight * 0.7)),
          className: 'v-bullet',
        },
      ),
    ],
  };
}

const clusterName = (cluster: number) => String(cluster + 1);

export const clusterMap: ChartView = {
  name: 'cluster-map',
  reads: { probes: ['clusterLoad'] },
  aspect: 0.5,
  narrowAspect: 0.78,
  plot,
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
