import { shares } from '../../../src/views/shares';
import { probe, runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: shares({
      name: 'known',
      probe: 'known',
      label: 'share known',
      costs: { sizes: 'parameters' },
      chance: () => 0.25,
    }),
    state: 'over chance',
    run: runOf({
      facts: { contestants: ['one', 'eight'], sizes: [100, 800] },
      probes: { known: probe([2], (i) => (i ? 1 : 0.5)) },
    }),
  },
];
