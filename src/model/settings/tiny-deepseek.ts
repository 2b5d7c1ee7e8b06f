/** A whole model, piece by piece: station 17. */
import type { Setting } from './types';

export const tinyDeepseek = {
  keepsEven: {
    kind: 'choice',
    label: 'what keeps the load even',
    change: 'restart',
    term: 'balancer',
    help: 'A bias that moves after each step, a small loss within each row, both as in DeepSeek-V3, or neither.',
    options: [
      { value: 'both', label: 'bias and a small loss' },
      { value: 'bias', label: 'bias alone' },
      { value: 'loss', label: 'the loss alone' },
      { value: 'none', label: 'nothing' },
    ],
    default: 'both',
  },
  firstBias: {
    kind: 'number',
    label: 'where every bias starts',
    change: 'restart',
    help: 'One number for all experts. Only differences between biases choose, so it should change nothing.',
    min: -1,
    max: 1,
    step: 0.25,
    default: 0,
  },
  predictors: {
    kind: 'number',
    label: 'multi-token modules',
    symbol: 'D',
    change: 'restart',
    term: 'multi-token-prediction',
    help: 'How many modules predict beyond the next character, each one character further; 0 for none.',
    min: 0,
    max: 2,
    step: 1,
    integer: true,
    default: 1,
  },
} as const satisfies Record<string, Setting>;
