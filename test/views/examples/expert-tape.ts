import { expertTape, expertTapeOf } from '../../../src/views/expert-tape';
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
  {
    view: expertTapeOf({
      name: 'growing-tape',
      reads: { facts: ['tape', 'experts'] },
      tapeOf: (run) => run.facts?.tape,
    }),
    state: 'played from the third character',
    run: runOf({
      facts: {
        experts: 4,
        tape: {
          layer: 2,
          from: 2,
          length: 6,
          characters: ['t', 'h', 'e', ' ', 'y', 'a'],
          asked: [
            [0, 1],
            [1, 2],
            [0, 3],
          ],
          missing: [[], [2], [0, 3]],
          held: [
            [0, 1],
            [0, 1],
            [1, 2],
          ],
          coming: [
            [0, 3],
            [2, 3],
            [1, 2],
          ],
        },
      },
    }),
  },
];
