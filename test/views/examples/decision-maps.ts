import { decisionMaps } from '../../../src/views/decision-maps';
import { probe, runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: decisionMaps({
      name: 'sides',
      probe: 'maps',
      right: 'right',
      names: () => ['sure', 'unsure'],
    }),
    state: 'one sure, one not',
    run: runOf({
      facts: { points: [-0.5, 0, 0.5, 0, 1.2, 0], classes: [0, 1, 1] },
      probes: {
        // Left is the first side, right the second; the second network does not know.
        maps: probe([2, 2, 2], (map, _, column) => (map ? 0.5 : column)),
        right: probe([2], (map) => (map ? 0.5 : 1)),
      },
    }),
  },
];
