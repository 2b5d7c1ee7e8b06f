import { ruleHits } from '../../../src/views/rule-hits';
import { runOf } from './shared';
import type { Example } from './types';

const facts = {
  names: ['you', 'lru', 'dice', 'lfu', 'clairvoyant'],
  recorded: [
    [0.3, 0.4],
    [0.3, 0.35],
    [0.4, 0.45],
    [0.5, 0.6],
  ],
};

export const examples: Example[] = [
  {
    view: ruleHits,
    state: 'a stretch half read',
    run: runOf({ facts: { ...facts, here: [0.5, 0.25, 0.3, 0.45, 0.625] } }),
  },
  {
    view: ruleHits,
    state: 'nothing read',
    run: runOf({ facts: { ...facts, here: [null, null, null, null, null] } }),
  },
];
