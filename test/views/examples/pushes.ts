import { pushes } from '../../../src/views/pushes';
import { probe, runOf } from './shared';
import type { Example } from './types';

const view = pushes({
  name: 'pushes',
  errors: ['of the mixture', 'of each expert', 'of the likelihood'],
  y: { from: -4.5, to: 4.5, label: 'answer' },
});

const answers = [
  [-2, -2],
  [-1, -3],
  [-0.982, -0.054],
];

export const examples: Example[] = [
  {
    view,
    state: 'two experts',
    run: runOf({
      probes: {
        heights: probe([2], (expert) => 1 + 2 * expert),
        pushes: probe([3, 2], (error, expert) => answers[error][expert]),
        gatePushes: probe([3, 2], (_error, expert) => (expert ? -2 : 2)),
        blend: probe([1], () => 2),
      },
    }),
  },
];
