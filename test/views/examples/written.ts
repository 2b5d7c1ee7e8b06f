import { written } from '../../../src/views/written';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: written,
    state: 'two sums in one layer',
    run: runOf({
      answers: {
        written: {
          texts: ['\n1+1=2\n1+2=4\n'],
          layers: [1],
          // Experts 0 and 1 in turn; line ends count.
          chosen: [Array.from({ length: 13 }, (_, i) => [i % 2, 2])],
          gates: [Array.from({ length: 13 }, () => [75, 25])],
          right: [[true, false]],
        },
      },
    }),
  },
];
