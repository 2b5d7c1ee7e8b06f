import { switchboard } from '../../../src/views/switchboard';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: switchboard,
    state: 'two layers of two experts',
    run: runOf({
      facts: { layers: [1, 2], experts: 2, kinds: ['sums', 'rhymes'] },
      probes: {
        // [layers, kinds + 1, experts]
        harm: {
          shape: [2, 3, 2],
          data: [0.01, 0.02, 0, 0.3, 0.005, 0.16, 0.1, -0.01, 0.05, 0.02, 0.075, 0.005],
        },
        base: { shape: [3], data: [0.8, 0.4, 0.6] },
      },
    }),
  },
];
