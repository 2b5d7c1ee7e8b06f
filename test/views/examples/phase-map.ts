import { percent } from '../../../src/lab/format';
import { phaseMap } from '../../../src/views/phase-map';
import { nothing, numbers, runOf } from './shared';
import type { Example } from './types';

const view = phaseMap({
  name: 'collapse-map',
  x: { setting: 'balanceStrength', label: 'balance strength α' },
  y: { setting: 'jitter', label: 'jitter' },
  of: { metric: 'alive' },
  quantity: 'experts alive',
  to: 1,
  say: percent,
});

const lane = (balanceStrength: number, jitter: number, step: number) => ({
  ...(step
    ? runOf({ metrics: { alive: numbers(() => Math.min(1, 0.2 + balanceStrength + jitter)) } })
    : nothing()),
  step,
  settings: { balanceStrength, jitter },
  name: `${balanceStrength} ${jitter}`,
  label: `α ${balanceStrength}, jitter ${jitter}`,
});

export const examples: Example[] = [
  {
    view,
    state: 'under way',
    run: runOf({
      steps: [],
      lanes: [0, 0.01, 0.1, 0.3, 1].flatMap((strength, i) =>
        [0, 0.1, 0.3].map((jitter) => lane(strength, jitter, i < 3 ? 120 : i < 4 ? 60 : 0)),
      ),
    }),
    lastStep: 120,
  },
];
