import { pulls } from '../../../src/views/pulls';
import { runOf, vectors } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: pulls,
    state: 'three of four opposed',
    run: runOf({
      metrics: {
        load: vectors(() => [0.5, 0.3, 0.15, 0.05]),
        taskPull: vectors(() => [0.04, 0.02, -0.03, -0.03]),
        balancePull: vectors(() => [-0.03, -0.01, -0.01, 0.05]),
      },
    }),
  },
];
