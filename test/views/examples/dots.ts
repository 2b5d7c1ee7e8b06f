import { dots } from '../../../src/views/dots';
import { numbers, runOf } from './shared';
import type { Example } from './types';

const view = dots({
  name: 'losses-by-seed',
  of: { metric: 'loss' },
  label: 'mean squared error (log scale)',
  scale: 'log',
  rules: () => [{ at: 0.0025, words: 'noise' }],
});

const of = (label: string, losses: number[]) =>
  losses.map((loss, i) => ({
    ...runOf({ seed: i + 1, metrics: { loss: numbers(() => loss) } }),
    name: `${label} ${i}`,
    label,
  }));

export const examples: Example[] = [
  {
    view,
    state: 'four routers',
    run: runOf({
      steps: [],
      lanes: [
        ...of('noisy top 1', [0.31, 0.29, 0.4, 0.33, 0.35]),
        ...of('softmax, top 2', [0.012, 0.03, 0.016, 0.011, 0.09]),
        ...of('dice', [0.33, 0.36, 0.31, 0.34, 0.3]),
        ...of('expert choice', [0.008]),
      ],
    }),
  },
];
