/** Room for tokens, and what becomes of those beyond it. */
import type { Setting } from './types';

export const dispatch = {
  capacityFactor: {
    kind: 'number',
    label: 'capacity factor',
    change: 'live',
    term: 'capacity',
    help: 'Room per expert, as a multiple of its fair share; tokens beyond it are dropped.',
    min: 0.25,
    max: 8,
    step: 0.25,
    default: 8,
  },
} as const satisfies Record<string, Setting>;
