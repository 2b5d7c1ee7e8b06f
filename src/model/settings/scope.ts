/** What a balancer counts over, who writes, and what moves meanwhile: station 08. */
import type { Setting } from './types';

export const scope = {
  scope: {
    kind: 'number',
    label: 'sequences counted together',
    change: 'rebuild',
    help: 'Over how many sequences of a batch the balance loss counts before it judges; all of them at most.',
    min: 1,
    max: 32,
    step: 1,
    scale: 'log',
    integer: true,
    default: 1,
  },
  writer: {
    kind: 'choice',
    label: 'who writes',
    change: 'rebuild',
    help: 'Which domains the sequences of a batch come from.',
    options: [
      { value: 'all', label: 'all domains' },
      { value: 'A', label: 'A alone' },
      { value: 'B', label: 'B alone' },
      { value: 'C', label: 'C alone' },
      { value: 'D', label: 'D alone' },
    ],
    default: 'all',
  },
  moves: {
    kind: 'choice',
    label: 'phase',
    change: 'rebuild',
    help: 'In training weights and bias move after each step; in use neither does, unless the bias is let go on.',
    options: [
      { value: 'all', label: 'training' },
      { value: 'bias', label: 'in use, the bias moving' },
      { value: 'nothing', label: 'in use' },
    ],
    default: 'all',
  },
  push: {
    kind: 'number',
    label: 'push on expert A',
    change: 'live',
    help: 'Added to the score of expert A where experts are chosen, beside the selection bias: a thumb on the scale.',
    min: -0.5,
    max: 0.5,
    step: 0.05,
    default: 0,
  },
} as const satisfies Record<string, Setting>;
