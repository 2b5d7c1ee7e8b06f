/** Networks without experts. */
import type { Setting } from './types';

export const network = {
  hidden: {
    kind: 'number',
    label: 'hidden units',
    symbol: 'n',
    change: 'restart',
    help: 'Units in the hidden layer.',
    min: 1,
    max: 128,
    step: 1,
    integer: true,
    default: 32,
  },
  activation: {
    kind: 'choice',
    label: 'activation',
    change: 'rebuild',
    help: 'The function each hidden unit applies.',
    options: [
      { value: 'relu', label: 'ReLU' },
      { value: 'tanh', label: 'tanh' },
      { value: 'square', label: 'square (a polynomial)' },
    ],
    default: 'relu',
  },
} as const satisfies Record<string, Setting>;
