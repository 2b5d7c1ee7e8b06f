import { draws } from '../../../src/views/draws';
import { runOf, vectors } from './shared';
import type { Example } from './types';

const view = draws({ name: 'draws', across: 0, upward: 2 });
const facts = { exact: [-0.2, 0.1, -0.1, 0.1] };

export const examples: Example[] = [
  {
    view,
    state: 'two places',
    run: runOf({
      facts,
      metrics: {
        // A falls three times of four.
        drawn: vectors((step) => (step % 40 ? [1, 0, 0, 0] : [0, 0, 1, 0])),
        slopes: vectors((step) => (step % 40 ? [-0.3, 0, 0.1, 0] : [0.4, 0, -0.5, 0])),
        mean: vectors(() => [-0.15, 0, -0.05, 0]),
      },
    }),
  },
  {
    view,
    state: 'a cloud',
    run: runOf({
      facts,
      metrics: {
        drawn: vectors((step) => (step % 20 ? [1, 0, 0, 0] : [0, 1, 0, 0])),
        slopes: vectors((step) => [Math.sin(step), 0, Math.cos(step), 0]),
        mean: vectors(() => [-0.1, 0, -0.05, 0]),
      },
    }),
  },
];
