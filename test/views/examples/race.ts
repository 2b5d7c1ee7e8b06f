import type { Lane } from '../../../src/lab/types';
import { race } from '../../../src/views/race';
import { numbers, runOf } from './shared';
import type { Example } from './types';

const view = race({ name: 'loss-race', of: 'loss', label: 'cross-entropy, nats', scale: 'linear' });

/** Ahead per step where it costs more operations a step. */
const lane = (label: string, flopsPerStep: number, floor: number, by: number): Lane => ({
  ...runOf({
    facts: { flopsPerStep },
    metrics: { loss: numbers((step) => floor + by / step) },
  }),
  name: label,
  label,
});

const run = runOf({
  step: 480,
  steps: [],
  seconds: [],
  lanes: [
    lane('dense, small', 2e6, 1.1, 16),
    lane('dense, large', 16e6, 0.7, 14),
    lane('8 experts', 2.4e6, 0.8, 15),
    lane('table by character', 2.1e6, 0.75, 18),
  ],
});

export const examples: Example[] = [
  { view, state: 'by steps', run, axis: 'steps', lastStep: 150 },
  { view, state: 'by operations', run, axis: 'flops', lastStep: 150 },
];
