import type { Lane } from '../../../src/lab/types';
import { loadBars } from '../../../src/views/load-bars';
import { lossCurve } from '../../../src/views/loss-curve';
import { smallMultiples } from '../../../src/views/small-multiples';
import { numbers, runOf, vectors } from './shared';
import type { Example } from './types';

const lane = (label: string, collapse: number): Lane => ({
  ...runOf({
    metrics: {
      loss: numbers((step) => collapse + 4 / step),
      load: vectors(() => [
        0.25 + collapse,
        0.25 + collapse / 2,
        0.25 - collapse,
        0.25 - collapse / 2,
      ]),
    },
  }),
  name: label,
  label,
});

const run = runOf({
  step: 360,
  steps: [],
  seconds: [],
  lanes: [lane('none', 0.24), lane('Switch loss', 0.05), lane('bias', 0.1)],
});

export const examples: Example[] = [
  {
    view: smallMultiples(loadBars, { name: 'loads-by-lane', aspect: 0.28, narrowAspect: 1.7 }),
    state: 'three bars',
    run,
  },
  {
    view: smallMultiples(lossCurve, { name: 'losses-by-lane', aspect: 0.26, narrowAspect: 1.7 }),
    state: 'three curves',
    run,
    lastStep: 150,
  },
];
