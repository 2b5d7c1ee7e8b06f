/** One hidden layer against a curve, the reader's own if they like: station 01. */
import { value } from '../lab/format';
import { latest, recent } from '../lab/run';
import type { LabDescription } from '../lab/types';
import { fit } from '../views/fit';
import { curveOf } from '../views/loss-curve';

export default {
  name: 'fit',
  experiment: 'one-hidden-layer',
  title(run) {
    const units = run.settings.hidden;
    const loss = latest(run, 'loss');
    if (!Number.isFinite(loss)) return `${units} hidden units, not yet trained`;
    if (loss < 0.001)
      return `${units} pieces add up to the curve: mean squared error ${value(loss)}`;
    return `${units} hidden units leave a mean squared error of ${value(loss)}`;
  },
  caption:
    'The target, the network’s answer and, faintly, what each hidden unit adds to it. Draw a target of your own on the figure, with a pointer, a finger or the arrow keys.',
  controls: {
    hidden: {},
    activation: {},
    learningRate: {},
  },
  views: [
    { view: fit },
    {
      view: curveOf({
        name: 'loss-curve',
        metric: 'loss',
        label: 'mean squared error (log scale)',
        aspect: 0.26,
      }),
      size: 'half',
    },
  ],
  lastStep: 2000,
  describe: (run) =>
    `${run.settings.hidden} units, mean squared error ${value(latest(run, 'loss'))}.`,
  findings: (run) => ({ finalLoss: recent(run, 'loss', 0.05)[0] }),
  goals: [
    {
      name: 'close',
      words: 'A mean squared error below 0.001 on a target you drew.',
      met: (run) => run.step > 100 && latest(run, 'loss') < 0.001,
    },
  ],
  recorded: { default: {} },
} satisfies LabDescription as LabDescription;
