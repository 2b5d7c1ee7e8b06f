import { routeMap } from '../../../src/views/route-map';
import { runOf } from './shared';
import type { Example } from './types';

/** Sets of experts as sums of powers of two: AB 3, AC 5, BC 6. */
const read = [3, 5, 3, 5, 6, 6, 3, 6, -1, -1, -1, -1];

export const examples: Example[] = [
  {
    view: routeMap,
    state: 'four characters of two layers',
    run: runOf({
      facts: {
        words: ['\n', 'a', 'b'],
        layers: [1, 2],
        experts: 3,
        topK: 2,
        rows: 2,
        length: 4,
        possible: 9,
        tokens: [
          [0, 1, 2, 1],
          [1, 1, 1, 1],
        ],
      },
      probes: { read: { shape: [6, 2], data: read } },
    }),
  },
];
