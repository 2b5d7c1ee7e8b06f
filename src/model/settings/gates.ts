/** Routers side by side, one token by hand, and experts that choose. */
import type { Setting } from './types';

export const gates = {
  contestant: {
    kind: 'choice',
    label: 'model',
    change: 'restart',
    help: 'A mixture behind the router, or a dense network to compare it with.',
    options: [
      { value: 'mixture', label: 'mixture behind the router' },
      { value: 'dense-active', label: 'dense, as large as the experts of one token' },
      { value: 'dense-total', label: 'dense, as large as all experts' },
    ],
    default: 'mixture',
  },
  temperature: {
    kind: 'number',
    label: 'temperature',
    symbol: 'τ',
    change: 'live',
    help: 'Divides the logits of routers that have one (Gumbel, Sinkhorn): high is soft, low is hard.',
    min: 0.1,
    max: 10,
    step: 6,
    scale: 'log',
    default: 1,
  },
  chooser: {
    kind: 'choice',
    label: 'who chooses',
    change: 'restart',
    help: 'Tokens choose experts, or experts choose tokens.',
    options: [
      { value: 'token', label: 'each token its expert' },
      { value: 'expert', label: 'each expert its tokens, within a sequence' },
      { value: 'batch', label: 'each expert its tokens, in the whole batch' },
    ],
    default: 'expert',
  },
  flips: {
    kind: 'number',
    label: 'flips in a sequence',
    change: 'restart',
    help: 'How many coin flips a sequence has.',
    min: 4,
    max: 16,
    step: 4,
    integer: true,
    default: 4,
  },
} as const satisfies Record<string, Setting>;
