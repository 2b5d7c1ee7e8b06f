import { queuesView } from '../../../src/views/queues';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: queuesView,
    state: 'one copy',
    run: runOf({
      answers: {
        served: {
          queues: [
            [45, 15, 0, 0],
            [20, 0, 15, 5],
          ],
          homes: [[0, 1], [0], [1], [1]],
        },
      },
    }),
  },
];
