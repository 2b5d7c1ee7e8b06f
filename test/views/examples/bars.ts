import { percent } from '../../../src/lab/format';
import { bars } from '../../../src/views/bars';
import { probe, runOf, vectors } from './shared';
import type { Example } from './types';

const explained = bars({
  name: 'explained',
  of: { probe: 'explained', names: { fact: 'causes' }, low: 'least', high: 'most' },
  label: 'share of the choice that is explained',
  to: 0.5,
  rules: () => [{ at: 0.05, words: 'shuffled' }],
  say: percent,
});

const experts = bars({
  name: 'known-by-expert',
  of: { metric: 'known', names: 'experts' },
  label: 'facts known',
  unsorted: true,
});

const lanes = bars({
  name: 'known-by-lane',
  of: { lanes: { metric: 'known', column: 0 } },
  label: 'share known',
  to: 1,
  say: percent,
});

const share = [0.08, 0.34, 0.12, 0.02];

export const examples: Example[] = [
  {
    view: explained,
    state: 'with intervals',
    run: runOf({
      facts: { causes: ['kind', 'character', 'character to come', 'place in the row'] },
      probes: {
        explained: probe([4], (i) => share[i]),
        least: probe([4], (i) => share[i] * 0.8),
        most: probe([4], (i) => share[i] * 1.3),
      },
    }),
  },
  {
    view: experts,
    state: 'in their order',
    run: runOf({ metrics: { known: vectors(() => [12, 40, 3, 25, 31, 0, 7, 18]) } }),
  },
  {
    view: lanes,
    state: 'a lane each',
    run: runOf({
      lanes: [0.32, 1, 0.91].map((known, i) => ({
        ...runOf({ metrics: { known: vectors(() => [known]) } }),
        name: String(i),
        label: ['dense', 'dense, eight times as wide', 'eight experts'][i],
      })),
    }),
  },
];
