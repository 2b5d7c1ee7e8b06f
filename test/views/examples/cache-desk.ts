import { cacheDesk } from '../../../src/views/cache-desk';
import { runOf } from './shared';
import type { Example } from './types';

const slot = (expert: number, more = {}) => ({
  expert,
  free: true,
  needed: false,
  uses: 5,
  ago: 3,
  next: null,
  ...more,
});

export const examples: Example[] = [
  {
    view: cacheDesk,
    state: 'one is missing',
    run: runOf({
      facts: {
        key: 7,
        of: 24,
        choices: [-2, 1, -1, -1],
        waits: { character: ' ', needed: [2, 10], missing: 10 },
        memory: [
          slot(0),
          slot(2, { free: false, needed: true }),
          slot(9, { uses: 1, ago: 12 }),
          slot(4, { next: 6 }),
        ],
        turns: [
          { character: 'a', missing: 2, givenUp: 3, byLru: true, again: null, latest: null },
          { character: 'b', missing: 4, givenUp: 1, byLru: false, again: 2, latest: null },
        ],
      },
    }),
  },
];
