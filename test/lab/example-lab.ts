/** A small lab with every kind of control, and a recorded run of it. */

import { controlsOf, resolveSettings } from '../../src/lab/controls';
import { append, latest, startRun } from '../../src/lab/run';
import type { LabDescription, RecordedRun } from '../../src/lab/types';
import { loadRiver } from '../../src/views/load-river';
import { lossCurve } from '../../src/views/loss-curve';
import { speed } from './fake-engine';

export const lab: LabDescription = {
  name: 'example',
  experiment: 'moe-balance',
  title: (run) => `The loss is ${latest(run, 'loss').toFixed(3)}`,
  caption: 'An example.',
  controls: { balancer: {}, balanceStrength: {}, experts: { default: 2 } },
  views: [{ view: loadRiver }, { view: lossCurve, size: 'half' }],
  lastStep: 100,
  describe: (run) => `Loss ${latest(run, 'loss').toFixed(3)} after ${run.step} steps.`,
  findings: (run) => ({ finalLoss: latest(run, 'loss') }),
  goals: [{ name: 'low', words: 'A loss below 0.05.', met: (run) => latest(run, 'loss') < 0.05 }],
  recorded: { default: {} },
};

export const members = {
  balancing: [
    { value: 'none', label: 'none' },
    { value: 'switch', label: 'Switch loss' },
  ],
};
export const controls = controlsOf(lab, members);

export function recorded(): RecordedRun {
  let run = startRun(resolveSettings(lab), 1);
  for (let step = 10; step <= 100; step += 10) {
    const steps = Array.from({ length: 10 }, (_, i) => step - 9 + i);
    run = append(run, {
      step,
      steps,
      metrics: {
        loss: { width: 1, data: Float32Array.from(steps, (s) => 2 / s) },
        load: {
          width: 2,
          data: Float32Array.from(steps.flatMap((s) => [0.5 - s / 250, 0.5 + s / 250])),
        },
      },
      probes: { bias: { shape: [2], data: Float32Array.of(step, -step) } },
      speed,
    });
  }
  return { ...run, lab: 'example', variant: 'default', findings: {}, backend: 'cpu' };
}
