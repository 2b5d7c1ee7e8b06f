import { loadRiver, loadRiverByFactors } from '../../../src/views/load-river';
import { numbers, runOf, vectors } from './shared';
import type { Example } from './types';

/** Three experts of which one dies. */
const dying = runOf({
  metrics: {
    load: vectors((step) => [0.5 + step / 600, 0.3, 0.2 - step / 600].map((x) => Math.max(0, x))),
  },
});

export const examples: Example[] = [
  { view: loadRiver, state: 'one dies', run: dying, lastStep: 200 },
  {
    view: loadRiver,
    state: 'some dropped',
    run: {
      ...dying,
      metrics: { ...dying.metrics, dropped: numbers((step) => 0.3 - step / 1000) },
      events: [{ step: 40, words: 'balancer: Switch loss' }],
    },
  },
  { view: loadRiverByFactors, state: 'by factors', run: dying, lastStep: 200 },
];
