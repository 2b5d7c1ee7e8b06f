/** One hidden layer against a curve, the reader's own if they like: station 01. */
import { value } from '../../lab/format';
import { latest, recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { numbers } from '../../model/experiments/types';
import { leastSquares } from '../../model/networks/output-weights';
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

/** Mean squared error of the parabola that comes closest to the run's target. */
function parabolaError(run: RunData): number {
  const target = Array.from(run.probes.target?.data ?? []);
  if (!target.length) return Number.NaN;
  const grid = target.map((_, i) => (2 * i) / (target.length - 1) - 1);
  return leastSquares([grid.map(() => 1), grid, grid.map((x) => x * x)], target).error;
}

/** "1 hidden unit", "32 hidden units". */
function unitsOf({ settings }: RunData): string {
  return `${settings.hidden} hidden ${settings.hidden === 1 ? 'unit' : 'units'}`;
}

/** A square with something beside it: no change of the lab's, but of the code. */
const bent = (share: number) => ({
  settings: { activation: 'square' },
  code: [
    {
      file: 'src/model/networks/mlp.ts',
      from: 'square: tf.square,',
      to: `square: (x) => tf.add(tf.square(x), tf.mul(${share}, tf.relu(x))),`,
    },
  ],
});

export default {
  name: 'fit',
  experiment: 'one-hidden-layer',
  title(run, { finalLoss: loss, parabola }) {
    const { hidden, activation } = run.settings;
    if (!Number.isFinite(loss)) return `${unitsOf(run)}, not yet trained`;
    // What a reader has bent is no square any more.
    const isBent = activation === 'square' && Boolean(run.code?.length);
    if (isBent && loss < 0.95 * parabola)
      return `No longer a parabola: the mean squared error is ${value(loss)}, that of the best parabola ${value(parabola)}`;
    if (activation === 'square' && !isBent)
      return `${hidden === 1 ? 'A square is a parabola' : `${hidden} squares add up to one parabola`}: mean squared error ${value(loss)}`;
    if (loss < 0.001)
      return `${unitsOf(run)} add up to the curve: mean squared error ${value(loss)}`;
    return `With ${unitsOf(run)} the mean squared error is ${value(loss)}`;
  },
  caption:
    'The figure shows the target, the network’s answer and, faintly, what each hidden unit adds to the answer. You can draw a target of your own on it, with the mouse, a finger or the arrow keys.',
  controls: { hidden: {}, activation: {}, learningRate: {}, rateSteps: { ...falling, max: 2000 } },
  presets: targets('wave', 'step', 'chirp', 'tent3', 'tent5'),
  views: [{ view: fit }, { view: error, size: 'half' }],
  lastStep: 2000,
  describe: (run, { finalLoss }) =>
    `With ${unitsOf(run)} the mean squared error is ${value(finalLoss)}.`,
  findings(run) {
    const [finalLoss] = recent(run, 'loss', 0.05);
    const parabola = parabolaError(run);
    return { finalLoss, parabola, ofParabola: finalLoss / parabola };
  },
  strip: [{ finding: 'finalLoss', label: 'mean squared error' }],
  goals: [
    {
      name: 'close',
      words: 'A mean squared error below 0.001 on a target that you drew.',
      met: (run) => run.step > 20 && isDrawn(run.probes.target?.data) && latest(run, 'loss') < 1e-3,
    },
    {
      name: 'bent',
      words:
        'Less than half of the best parabola’s mean squared error, with the activation square. You have to change the code for that.',
      met: (run, _, { parabola, ofParabola }) =>
        run.step > 20 &&
        run.settings.activation === 'square' &&
        parabola > 0.005 &&
        ofParabola < 0.5,
    },
  ],
  recorded: {
    default: {},
    square: { activation: 'square' },
    'bent-hundredth': bent(0.01),
    'bent-tenth': bent(0.1),
    bent: bent(1),
  },
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
