import { loadBars } from '../../../src/views/load-bars';
import { probe, runOf, vectors } from './shared';
import type { Example } from './types';

const shares = [0.5, 0.3, 0.15, 0.05];

export const examples: Example[] = [
  { view: loadBars, state: 'no bias', run: runOf({ metrics: { load: vectors(() => shares) } }) },
  {
    view: loadBars,
    state: 'bias',
    run: runOf({
      metrics: { load: vectors(() => shares) },
      probes: { bias: probe([4], (expert) => (expert - 1.5) / 10) },
    }),
  },
];
