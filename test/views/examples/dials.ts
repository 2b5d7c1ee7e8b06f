import { dials } from '../../../src/views/dials';
import { runOf, vectors } from './shared';
import type { Example } from './types';

const shares = [0.4, 0.3, 0.2, 0.1];

export const examples: Example[] = [
  {
    view: dials,
    state: 'moving apart',
    run: runOf({
      metrics: {
        load: vectors(() => shares),
        // A falls, D rises, and all drift: 0.1 in all at the end, and no part of a difference.
        bias: vectors((step) => [-1, -0.5, 0.5, 1].map((way) => 0.1 + (way * step) / 1000)),
      },
    }),
  },
  {
    view: dials,
    state: 'swinging',
    run: runOf({
      metrics: {
        load: vectors((step) => (step % 20 ? [0.5, 0.5, 0, 0] : [0, 0, 0.5, 0.5])),
        bias: vectors((step) => (step % 20 ? [-0.1, -0.1, 0.1, 0.1] : [0.1, 0.1, -0.1, -0.1])),
      },
    }),
  },
];
