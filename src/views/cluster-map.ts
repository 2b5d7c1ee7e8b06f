/**
 * Which expert takes which cluster of the data: one row a cluster, one column an expert, as strong
 * as the share of the cluster's tokens. Reads the probe `clusterLoad`, [clusters, experts].
 */
import { percent, some } from '../lab/format';
import { heat } from './heat';
import { letter } from './marks/bullet';
import { rowsOf } from './probes';

export const clusterMap = heat({
  name: 'cluster-map',
  probe: 'clusterLoad',
  rows: { label: 'cluster', names: 'numbers' },
  columns: { label: 'expert', names: 'experts' },
  quantity: 'share of the cluster’s tokens',
  shares: true,
  to: 1,
  numbers: false,
  say: percent,
  aspect: 0.56,
  narrowAspect: 0.84,
  describe(run) {
    const winners = rowsOf(run, 'clusterLoad').map((row) => row.indexOf(Math.max(...row)));
    if (!winners.length) return 'No clusters have been routed yet.';
    const used = [...new Set(winners)].sort((a, b) => a - b);
    const words = used.map((expert) => {
      const own = winners.filter((winner) => winner === expert).length;
      return `${letter(expert)} leads in ${own}`;
    });
    return `${some(winners.length, 'cluster')}: ${words.join(', ')}.`;
  },
});
