import { percent } from '../../../src/lab/format';
import { scatter } from '../../../src/views/scatter';
import { probe, runOf } from './shared';
import type { Example } from './types';

const memory = scatter({
  name: 'memory',
  x: { of: { fact: 'parameters' }, label: 'numbers in all (log scale)', scale: 'log' },
  y: { of: { probe: 'known' }, label: 'share right', from: 0, to: 1, say: percent },
  lines: 'width',
  rules: () => [{ at: 0.125, words: 'chance' }],
});

const hands = scatter({
  name: 'seen-and-unseen',
  x: { of: { setting: 'experts' }, label: 'experts (log scale)', scale: 'log' },
  y: { of: { probe: 'seen' }, label: 'share right', from: 0.4, to: 1, say: percent },
  second: { of: { probe: 'unseen' }, name: 'unseen' },
});

const limits = scatter({
  name: 'price-of-limits',
  x: { of: { fact: 'devices' }, label: 'devices of a token' },
  y: { of: { fact: 'loss' }, label: 'loss', from: 0 },
});

const limited = (label: string, devices: number, loss: number) => ({
  ...runOf({ facts: { devices, loss } }),
  name: label,
  label,
});

const lane = (width: number, experts: number) => ({
  ...runOf({
    settings: { width, experts },
    facts: { parameters: 40 * width * experts },
    probes: {
      known: probe([1], () => 1 - Math.exp((-width * experts) / 60)),
      seen: probe([1], () => 1 - 0.2 / experts),
      unseen: probe([1], () => 0.7 + width / 200 - experts / 100),
    },
  }),
  name: `${width} ${experts}`,
  label: `${experts} of ${width}`,
});

const lanes = [4, 8, 16].flatMap((width) => [1, 4, 16].map((experts) => lane(width, experts)));

export const examples: Example[] = [
  {
    view: memory,
    state: 'three widths',
    run: runOf({ steps: [], lanes }),
    past: [lane(8, 2), lane(8, 8)],
  },
  {
    view: hands,
    state: 'joined',
    run: runOf({ steps: [], lanes: lanes.slice(3, 6) }),
  },
  {
    view: limits,
    state: 'a name beside a point',
    run: runOf({
      steps: [],
      lanes: [
        limited('2 devices', 2, 0.21),
        limited('2 nodes', 3.75, 0.138),
        limited('4 devices', 3.99, 0.133),
        limited('no limit', 5.35, 0.11),
      ],
    }),
  },
];
