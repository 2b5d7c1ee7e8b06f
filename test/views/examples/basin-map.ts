import { basinMap } from '../../../src/views/basin-map';
import { runOf, vectors } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: basinMap,
    state: 'near ones come back',
    run: runOf({
      facts: { distances: [0.01, 0.1, null], starts: 3, found: 0.001 },
      metrics: {
        losses: vectors(() => [0.0001, 0.0002, 0.0003, 0.02, 0.0005, 0.08, 0.08, 0.07, 0.09]),
      },
    }),
  },
];
