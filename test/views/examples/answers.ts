import { answers } from '../../../src/views/answers';
import { probe, runOf } from './shared';
import type { Example } from './types';

const places = [0, 0.25, 0.5, 0.75, 1];

export const examples: Example[] = [
  {
    view: answers({ name: 'answers', probe: 'fits', names: 'contestants' }),
    state: 'one exact, one flat',
    run: runOf({
      facts: { places, target: [0, 0.5, 1, 0.5, 0], contestants: ['deep', 'wide'] },
      probes: { fits: probe([2, 5], (row, i) => (row ? 0.4 : [0, 0.5, 1, 0.5, 0][i])) },
    }),
  },
];
