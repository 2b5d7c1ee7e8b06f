import { expertTape } from '../../../src/views/expert-tape';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: expertTape,
    state: 'four characters',
    run: runOf({
      facts: { experts: 4 },
      answers: {
        cached: {
          tape: {
            layer: 2,
            characters: ['t', 'h', 'e', ' '],
            asked: [
              [0, 1],
              [1, 2],
              [0, 3],
              [0, 3],
            ],
            missing: [[], [2], [0, 3], []],
            held: [
              [0, 1],
              [0, 1],
              [1, 2],
              [0, 3],
            ],
          },
        },
      },
    }),
  },
];
