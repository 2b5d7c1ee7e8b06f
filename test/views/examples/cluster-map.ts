import { clusterMap } from '../../../src/views/cluster-map';
import { probe, runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: clusterMap,
    state: 'two lead',
    run: runOf({
      // A has the even clusters for itself; the odd ones are shared by B and C.
      probes: {
        clusterLoad: probe(
          [6, 3],
          (cluster, expert) => (cluster % 2 ? [0, 3, 1] : [1, 0, 0])[expert],
        ),
      },
    }),
  },
];
