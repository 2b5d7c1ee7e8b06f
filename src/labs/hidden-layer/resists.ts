/** A zigzag that training is slow to find, though the weights exist: station 01. */
import { count, value } from '../../lab/format';
import { meanOf } from '../../lab/mean';
import { recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { cornersError, cornersOf } from '../../views/width-error';
import { falling } from './shared/falling';
import { solvedFindings, solvedPoints, trainedFindings } from './shared/solved';
import { targets } from './shared/targets';

/** The error of the widest network, and that of the best constant answer. */
function limits(run: RunData) {
  const target = Array.from(run.probes.target?.data ?? []);
  const mean = meanOf(target);
  const constant = meanOf(target.map((y) => (y - mean) ** 2));
  return { constant, error: recent(run, 'losses', 0.02).at(-1) ?? Number.NaN };
}

const widestOf = (run: RunData) => Array.from(run.probes.widths?.data ?? []).at(-1) ?? 0;

/** Steps at which the prose looks at a longer run. */
const milestones = [3000, 10000, 20000];

/** Width and error over the last fiftieth of the steps up to this one, narrowest first. */
function errorsBy(run: RunData, step: number): [width: number, error: number][] {
  const rows = run.metrics.losses.filter(
    (_, i) => run.steps[i] <= step && run.steps[i] > step * 0.98,
  );
  return Array.from(run.probes.widths.data, (width, i) => [
    width,
    rows.reduce((sum, row) => sum + row[i], 0) / rows.length,
  ]);
}

export default {
  name: 'resists',
  experiment: 'width-sweep',
  title(run, { constantError: constant, widestError: error }) {
    if (!run.steps.length) return 'A zigzag, not yet learned';
    const widest = widestOf(run);
    const left = error / constant;
    if (left > 0.1)
      return `${widest} units are enough for ${cornersOf(run)} corners, but ${count(run.step)} steps have not found the weights`;
    return `${widest} units follow the target: the error is ${value(error)}, that of a constant answer ${value(constant)}`;
  },
  caption:
    'The tent map folded five times has 32 straight pieces and 31 corners. To the left of the mark there are fewer units than corners. To its right, weights that fit exist.',
  controls: { learningRate: {}, rateSteps: { ...falling, max: 3000 }, activation: {} },
  presets: targets('tent5', 'tent3', 'wave'),
  views: [{ view: cornersError(solvedPoints) }],
  lastStep: 3000,
  describe(run, { constantError: constant, widestError: error }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    return `The target has ${cornersOf(run)} corners. A constant answer has an error of ${value(constant)}, and ${widestOf(run)} units have one of ${value(error)}.`;
  },
  findings(run) {
    const { constant, error } = limits(run);
    return {
      corners: cornersOf(run),
      constantError: constant,
      widestError: error,
      ...trainedFindings(errorsBy(run, run.step), [8, 64]),
      ...Object.fromEntries(
        milestones
          .filter((step) => step < run.step)
          .map((step) => [`widestBy${step}`, errorsBy(run, step).at(-1)![1]]),
      ),
      ...solvedFindings(run, [64, 128]),
    };
  },
  recorded: {
    default: {},
    tent3: { settings: {}, preset: 'tent3' },
    longer: { settings: {}, lastStep: 30000 },
    'larger-steps': { learningRate: 0.1 },
  },
  strip: [{ finding: 'widestError', label: 'error of the widest network' }],
} satisfies LabDescription as LabDescription;
