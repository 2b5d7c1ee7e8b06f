import { ruleShares } from '../../../src/views/rule-shares';
import { probe, runOf, vectors } from './shared';
import type { Example } from './types';

/** Two rules on three characters: one writes what the model would, one does not. */
const shares = [
  [0.5, 0.3, 0.2],
  [0.3, 0.4, 0.3],
  [0.5, 0.3, 0.2],
  [0.2, 0.3, 0.5],
];

export const examples: Example[] = [
  {
    view: ruleShares,
    state: 'two rules',
    run: runOf({
      facts: { rules: ['accept by p/q, else refill', 'else nothing'], names: ['a', ' ', 'others'] },
      metrics: { distance: vectors(() => [0, 0.2]) },
      probes: { shares: probe([4, 3], (row, column) => shares[row][column]) },
    }),
  },
];
