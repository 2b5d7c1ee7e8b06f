import { pieces } from '../../../src/views/pieces';
import { runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: pieces,
    state: 'one straight, one in four',
    run: runOf({
      facts: { contestants: ['straight', 'folded'] },
      answers: { pieces: [[], [0.25, 0.5, 0.75]] },
    }),
  },
];
