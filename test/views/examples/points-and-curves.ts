import { pointsAndCurves } from '../../../src/views/points-and-curves';
import { probe, runOf } from './shared';
import type { Example } from './types';

const places = 25;
const at = (i: number) => i / (places - 1);

const errors = pointsAndCurves({
  name: 'three-errors',
  x: { from: 0, to: 1, label: 'case' },
  y: { label: 'answer' },
  points: 'sample',
  members: { probe: 'lines', gates: 'gates' },
  answer: { probe: 'answers', name: 'mixture' },
  panels: { fact: 'errors' },
  aspect: 0.4,
  narrowAspect: 2.4,
});

const lines = [
  (x: number) => 1.8 * x,
  (x: number) => 1 - x,
  (x: number) => 0.2 + x / 3,
  (x: number) => 2.2 * x - 1.2,
];
/** Two experts meet in the middle; the sharper, the higher the panel. */
const gate = (panel: number, expert: number, i: number) => {
  const logits = [0.25, 0.75, 0.5, 0.9].map(
    (home) => -((at(i) - home) ** 2) * 10 * (panel + 1) ** 2,
  );
  const scores = logits.map(Math.exp);
  return scores[expert] / scores.reduce((sum, score) => sum + score, 0);
};

const mixtures = runOf({
  facts: { errors: ['of the mixture', 'of each expert', 'of the likelihood'] },
  probes: {
    sample: probe([40, 2], (row, column) =>
      column ? Math.abs(Math.sin(3 * at(row / 1.6))) + ((row * 37) % 10) / 60 : at(row / 1.6),
    ),
    lines: probe([3, 4, places], (_panel, expert, i) => lines[expert](at(i))),
    gates: probe([3, 4, places], gate),
    answers: probe([3, places], (panel, i) =>
      lines.reduce((sum, line, expert) => sum + gate(panel, expert, i) * line(at(i)), 0),
    ),
  },
});

const ensemble = pointsAndCurves({
  name: 'ensemble',
  x: { from: -1, to: 1, label: 'x' },
  y: { from: -1.2, to: 1.2, label: 'y' },
  target: { probe: 'target', name: 'truth' },
  members: { probe: 'curves', deviations: 'deviations', names: ['first', 'second', 'third'] },
  answer: { probe: 'average', name: 'average' },
});

const wave = (i: number) => Math.sin(3 * (2 * at(i) - 1));
const bent = (member: number, i: number) => wave(i) * (0.6 + member / 4) + (member - 1) / 5;

const owned = pointsAndCurves({
  name: 'owned',
  x: { from: 0, to: 1, label: 'case' },
  y: { label: 'answer' },
  points: { x: 'inputs', y: 'targets' },
  shares: 'posteriors',
  members: { probe: 'lines', gates: 'gates' },
});

/** The first is A's, the second nearly even, the third no one's. */
const posteriors = [
  [1, 0],
  [0.55, 0.45],
  [0.5, 0.5],
];

export const examples: Example[] = [
  { view: errors, state: 'three panels', run: mixtures },
  {
    view: ensemble,
    state: 'named members',
    run: runOf({
      probes: {
        target: probe([places], wave),
        curves: probe([3, places], bent),
        deviations: probe([3], (member) => 0.05 + member / 20),
        average: probe([places], (i) => (bent(0, i) + bent(1, i) + bent(2, i)) / 3),
      },
    }),
  },
  {
    view: owned,
    state: 'points of members',
    run: runOf({
      facts: { inputs: [0.1, 0.5, 0.9], targets: [0.2, 0.4, 1] },
      probes: {
        lines: probe([2, places], (expert, i) => lines[expert](at(i))),
        gates: probe([2, places], (expert, i) => (expert ? at(i) : 1 - at(i))),
        posteriors: probe([3, 2], (row, expert) => posteriors[row][expert]),
      },
    }),
  },
];
