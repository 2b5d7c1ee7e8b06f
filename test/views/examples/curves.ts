import type { Lane } from '../../../src/lab/types';
import { curves } from '../../../src/views/curves';
import { lossCurve } from '../../../src/views/loss-curve';
import { numbers, runOf, vectors } from './shared';
import type { Example } from './types';

const falling = (by: number) => numbers((step) => by / step);

const lane = (label: string, seed: number, by: number): Lane => ({
  ...runOf({ seed, facts: { flopsPerStep: 1000 * by }, metrics: { loss: falling(by) } }),
  name: `${label} ${seed}`,
  label,
});

const two = curves({
  name: 'two-losses',
  of: [
    { metric: 'loss', name: 'next token' },
    { metric: 'further', name: 'the one after' },
  ],
  label: 'cross-entropy, nats',
  scale: 'linear',
  rules: () => [{ at: 0.69, words: 'ln 2: a coin' }],
});

const kinds = curves({
  name: 'losses-by-kind',
  of: { metric: 'byKind', names: { fact: 'kinds' } },
  label: 'cross-entropy, nats (log scale)',
});

const biases = curves({
  name: 'biases',
  of: { metric: 'bias', names: 'experts' },
  label: 'selection bias',
  scale: 'linear',
});

export const examples: Example[] = [
  {
    view: lossCurve,
    state: 'one run',
    run: runOf({
      metrics: { loss: falling(4) },
      events: [
        { step: 20, words: 'learning rate: 0.01' },
        { step: 110, words: 'k: 2' },
      ],
    }),
    past: [runOf({ metrics: { loss: falling(8) } })],
    lastStep: 150,
  },
  {
    view: lossCurve,
    state: 'named past',
    run: runOf({ label: 'X', metrics: { loss: falling(4) } }),
    past: [
      runOf({ label: 'W', metrics: { loss: falling(5) } }),
      runOf({ label: 'Z', metrics: { loss: falling(9) } }),
    ],
  },
  {
    view: lossCurve,
    state: 'seeds by operations',
    run: runOf({
      steps: [],
      seconds: [],
      lanes: [
        lane('8 experts', 1, 4),
        lane('8 experts', 2, 6),
        lane('8 experts', 3, 5),
        lane('dense', 1, 9),
      ],
    }),
    axis: 'flops',
  },
  {
    view: two,
    state: 'two metrics',
    run: runOf({
      metrics: {
        loss: numbers((step) => 0.4 + 4 / step),
        further: numbers((step) => 0.9 + 4 / step),
      },
    }),
  },
  {
    view: kinds,
    state: 'named by facts',
    run: runOf({
      facts: { kinds: ['sums', 'departures', 'program', 'rhymes', 'English', 'Italian'] },
      metrics: { byKind: vectors((step) => [1, 2, 3, 4, 5, 6].map((by) => by / step)) },
    }),
  },
  {
    view: biases,
    state: 'by expert',
    run: runOf({
      metrics: { bias: vectors((step) => [1, -1, 0.2, 0.25].map((by) => (by * step) / 1000)) },
    }),
  },
];
