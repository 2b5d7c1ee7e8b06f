import { solvedPoints } from '../../../src/labs/hidden-layer/shared/solved';
import { balancePrice } from '../../../src/views/balance-price';
import { cornersError, widthError } from '../../../src/views/width-error';
import { probe, runOf, vectors } from './shared';
import type { Example } from './types';

const widths = probe([4], (i) => 4 ** i);
const [byWidth, byCorners] = [widthError(solvedPoints), cornersError(solvedPoints)];
const losses = vectors((step) => [4, 2, 1, 0.5].map((by) => by / step));

export const examples: Example[] = [
  {
    view: byWidth,
    state: 'four widths',
    run: runOf({ metrics: { losses }, probes: { widths } }),
    past: [
      runOf({
        metrics: { losses: losses.map((row) => row.map((x) => 2 * x)) },
        probes: { widths },
      }),
    ],
  },
  {
    view: byWidth,
    state: 'beside what needs no training',
    run: {
      ...runOf({
        metrics: { losses },
        probes: { widths, target: probe([9], (i) => Math.sin(i)) },
      }),
      settings: { activation: 'relu' },
      // One network for each width: slopes of 1, kinks spread over the interval.
      facts: {
        firstUnits: [1, 4, 16, 64].map((width) =>
          Array.from({ length: width }, (_, i) => [1, 1 - (2 * i) / width]),
        ),
      },
    },
  },
  {
    view: byCorners,
    state: 'marked',
    run: runOf({
      metrics: { losses },
      // Up, down, up, down: three corners.
      probes: { widths, target: probe([9], (i) => [0, 1, 2, 1, 0, 1, 2, 1, 0][i]) },
    }),
  },
  {
    view: balancePrice,
    state: 'with none',
    run: runOf({
      metrics: {
        taskLoss: vectors((step) => [5, 4, 6].map((by) => by / step)),
        maxVio: vectors(() => [3, 1, 0.2]),
      },
      probes: { strengths: probe([3], (i) => [0, 0.1, 1][i]) },
    }),
  },
  {
    view: balancePrice,
    state: 'against chance',
    run: {
      ...runOf({
        metrics: {
          taskLoss: vectors((step) => [5, 4, 6].map((by) => by / step)),
          maxVio: vectors(() => [3, 1, 0.2]),
        },
        probes: { strengths: probe([3], (i) => [0, 0.1, 1][i]) },
      }),
      facts: { chanceMaxVio: 0.235 },
    },
  },
];
