/** A zigzag that training does not find, though the weights exist: station 01. */
import { value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { cornersError, cornersOf } from '../../views/width-error';
import { targets } from './shared/targets';

/** The error of the widest network, and that of the best constant answer. */
function limits(run: RunData) {
  const target = Array.from(run.probes.target?.data ?? []);
  const mean = target.reduce((sum, y) => sum + y, 0) / Math.max(1, target.length);
  const constant = target.reduce((sum, y) => sum + (y - mean) ** 2, 0) / Math.max(1, target.length);
  const widths = Array.from(run.probes.widths?.data ?? []);
  const errors = recent(run, 'losses', 0.02);
  return { constant, widest: widths.at(-1) ?? 0, error: errors.at(-1) ?? Number.NaN };
}

export default {
  name: 'resists',
  experiment: 'width-sweep',
  title(run) {
    if (!run.steps.length) return 'A zigzag, not yet tried';
    const { constant, widest, error } = limits(run);
    const left = error / constant;
    if (left > 0.1)
      return `${widest} units are enough for ${cornersOf(run)} corners, and training does not find them`;
    return `${widest} units follow the zigzag: ${value(error)} of an error of ${value(constant)} is left`;
  },
  caption:
    'The tent map folded five times has 32 straight pieces and 31 corners. Left of the mark there are fewer units than corners. Right of it, weights that fit exist.',
  controls: { learningRate: {}, activation: {} },
  presets: targets('tent5', 'tent3', 'wave'),
  views: [{ view: cornersError }],
  lastStep: 3000,
  describe(run) {
    if (!run.steps.length) return 'Nothing trained yet.';
    const { constant, widest, error } = limits(run);
    return `A constant answer has an error of ${value(constant)}; ${widest} units reach ${value(error)} against ${cornersOf(run)} corners.`;
  },
  findings(run) {
    const { constant, error } = limits(run);
    return { corners: cornersOf(run), constantError: constant, widestError: error };
  },
  strip: [{ finding: 'widestError', label: 'error of the widest network' }],
  recorded: { default: {}, tent3: { settings: {}, preset: 'tent3' } },
} satisfies LabDescription as LabDescription;
