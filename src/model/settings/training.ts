/** What every kind of training reads. */
import type { Setting } from './types';

export const training = {
  learningRate: {
    kind: 'number',
    label: 'learning rate',
    symbol: 'η',
    change: 'live',
    help: 'Size of each step along the negative gradient.',
    min: 1e-4,
    max: 0.3,
    step: 6,
    scale: 'log',
    default: 0.01,
  },
  rateSteps: {
    kind: 'number',
    label: 'steps of the schedule',
    change: 'restart',
    help: 'The learning rate falls along half a cosine to this step; 0 leaves it constant.',
    min: 0,
    max: 4000,
    step: 50,
    integer: true,
    default: 300,
  },
  batch: {
    kind: 'number',
    label: 'batch',
    symbol: 'B',
    change: 'restart',
    help: 'Tokens per training step.',
    min: 16,
    max: 1024,
    step: 16,
    integer: true,
    default: 128,
    unit: 'tokens',
  },
} as const satisfies Record<string, Setting>;
