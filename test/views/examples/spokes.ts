import { spokes } from '../../../src/views/spokes';
import { runOf } from './shared';
import type { Example } from './types';

/** Two features at right angles; a part is the first, another lies between, a third is nothing. */
export const examples: Example[] = [
  {
    view: spokes,
    state: 'two features, three parts',
    run: runOf({
      facts: { features: ['1', '2'] },
      probes: {
        network: { shape: [2, 2], data: [1, 0, 0, 1] },
        parts: { shape: [3, 2, 2], data: [0, 0, 0, 0.9, 1, 0, 0, 0.1, 0.01, 0, 0, 0] },
        cosines: { shape: [2, 3], data: [0, 0.995, 1, 1, 0.0995, 0] },
      },
    }),
  },
];
