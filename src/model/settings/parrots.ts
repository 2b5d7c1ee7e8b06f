/** What is asked of a mixture, and through how narrow a place: station 12. */
import type { Setting } from './types';

export const parrots = {
  question: {
    kind: 'choice',
    label: 'question',
    change: 'restart',
    help: 'Strings to be known by heart, or hands of cards to be compared.',
    options: [
      { value: 'facts', label: 'facts: the class of a string' },
      { value: 'hands', label: 'hands: do they share a card?' },
    ],
    default: 'facts',
  },
  squeeze: {
    kind: 'number',
    label: 'width of the squeeze',
    symbol: 'm',
    change: 'restart',
    help: 'How many numbers are left of each half of a question, before the experts.',
    min: 2,
    max: 16,
    step: 2,
    integer: true,
    default: 8,
  },
  facts: {
    kind: 'number',
    label: 'facts',
    change: 'restart',
    help: 'How many strings there are to be known by heart.',
    min: 512,
    max: 8192,
    step: 512,
    integer: true,
    default: 4096,
  },
  pairs: {
    kind: 'number',
    label: 'pairs to learn from',
    change: 'restart',
    help: 'How many pairs of hands there are to learn from.',
    min: 2048,
    max: 65_536,
    step: 2048,
    integer: true,
    default: 65_536,
  },
  sentBy: {
    kind: 'choice',
    label: 'who sends',
    change: 'restart',
    term: 'router',
    help: 'Who sends a question to its expert: a router that learns, or dice, thrown once for each question.',
    options: [
      { value: 'router', label: 'a learned router' },
      { value: 'dice', label: 'dice, once for each question' },
    ],
    default: 'router',
  },
} as const satisfies Record<string, Setting>;
