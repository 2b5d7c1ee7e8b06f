import { voices } from '../../../src/views/voices';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: voices,
    state: 'one writes, one babbles',
    run: runOf({
      facts: { manners: ['the chosen', 'all in full'] },
      metrics: { losses: [[0.4, 3.1]] },
      answers: {
        written: {
          chosen: { lines: ['6+9=15', '1+1=3'], right: [true, false] },
          sum: { lines: [], right: [] },
        },
      },
    }),
  },
];
