import { alphabet } from '../../../src/views/alphabet';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: alphabet,
    state: 'digits have an expert, letters have none',
    run: runOf({
      answers: {
        characters: {
          words: ['\n', '1', '2', 'a', 'z'],
          layers: [1, 2],
          // Nobody reads a z.
          experts: [
            [[0, 1], [2, 1], [2, 0], [1, 0], []],
            [[3, 1], [0, 1], [1, 0], [9, 0], []],
          ],
          percent: [
            [[100, 60], [90, 40], [67, 50], [66, 20], []],
            [[50, 40], [40, 30], [30, 20], [80, 20], []],
          ],
          foretold: [0.7, 0.4],
        },
      },
    }),
  },
];
