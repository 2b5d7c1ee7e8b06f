/** One hidden layer against a curve, the reader's own if they like: station 01. */
import { value } from '../../lab/format';
import { latest, recent } from '../../lab/run';
import type { LabDescription } from '../../lab/types';
import { numbers } from '../../model/experiments/types';
import { curves } from '../../views/curves';
import { fit } from '../../views/fit';
import { falling } from './shared/falling';
import { targets } from './shared/targets';

const error = curves({
  name: 'loss-curve',
  of: 'loss',
  label: 'mean squared error (log scale)',
  aspect: 0.26,
});

export default {
  name: 'fit',
  experiment: 'one-hidden-layer',
  title(run, { finalLoss: loss }) {
    const { hidden, activation } = run.settings;
    if (!Number.isFinite(loss)) return `${hidden} hidden units, not yet trained`;
    if (activation === 'square')
      return `${hidden} squares add up to one parabola: mean squared error ${value(loss)}`;
    if (loss < 0.001)
      return `${hidden} pieces add up to the curve: mean squared error ${value(loss)}`;
    return `${hidden} hidden units leave a mean squared error of ${value(loss)}`;
  },
  caption:
    'The target, the network’s answer and, faintly, what each hidden unit adds to it. Draw a target of your own on the figure, with a pointer, a finger or the arrow keys.',
  controls: { hidden: {}, activation: {}, learningRate: {}, rateSteps: { ...falling, max: 2000 } },
  presets: targets('wave', 'step', 'chirp', 'tent3', 'tent5'),
  views: [{ view: fit }, { view: error, size: 'half' }],
  lastStep: 2000,
  describe: (run, { finalLoss }) =>
    `${run.settings.hidden} units, mean squared error ${value(finalLoss)}.`,
  findings: (run) => ({ finalLoss: recent(run, 'loss', 0.05)[0] }),
  strip: [{ finding: 'finalLoss', label: 'mean squared error' }],
  goals: [
    {
      name: 'close',
      words: 'A mean squared error below 0.001 on a target you drew.',
      met: (run) => run.step > 20 && isDrawn(run.probes.target?.data) && latest(run, 'loss') < 1e-3,
    },
  ],
  recorded: { default: {}, square: { activation: 'square' } },
} satisfies LabDescription as LabDescription;

/** Unlike every curve of the menu, and not flat. */
function isDrawn(target?: ArrayLike<number>): boolean {
  if (!target) return false;
  const flat = Math.max(...Array.from(target)) - Math.min(...Array.from(target)) < 0.2;
  return !flat && known.every((curve) => curve.some((y, i) => Math.abs(y - target[i]) > 0.05));
}

const known = targets('wave', 'step', 'chirp', 'tent3', 'tent5').map(
  (preset) => numbers(preset.inputs(), 'target')?.data ?? new Float32Array(),
);
