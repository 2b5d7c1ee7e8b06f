/** How experts of a trained model are switched off, and how a small network is taken apart. */
import type { Setting } from './types';

export const surgery = {
  knockOut: {
    kind: 'choice',
    label: 'an expert is',
    change: 'restart',
    help: 'What becomes of its characters when an expert is switched off.',
    options: [
      { value: 'drop', label: 'dropped: nobody takes its place' },
      { value: 'rescale', label: 'dropped, and the other expert scaled up' },
      { value: 'reroute', label: 'replaced by the next best' },
    ],
    default: 'drop',
  },
  components: {
    kind: 'number',
    label: 'components',
    symbol: 'C',
    change: 'restart',
    help: 'How many parts the network is taken apart into.',
    min: 3,
    max: 24,
    step: 1,
    integer: true,
    default: 8,
  },
  minimality: {
    kind: 'number',
    label: 'weight of minimality',
    change: 'live',
    help: 'How much it counts that few components do the work of a case.',
    min: 0.1,
    max: 100,
    step: 8,
    scale: 'log',
    zero: true,
    default: 10,
  },
  simplicity: {
    kind: 'number',
    label: 'weight of simplicity',
    change: 'live',
    help: 'How much it counts that the components in use are small and of low rank.',
    min: 0.003,
    max: 3,
    step: 8,
    scale: 'log',
    zero: true,
    default: 0.1,
  },
} as const satisfies Record<string, Setting>;
