/** Error against width, eight networks at once: station 01. */
import { plain, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { widthError } from '../../views/width-error';
import { falling } from './shared/falling';
import { solvedFindings, solvedOf, solvedPoints, trainedFindings } from './shared/solved';
import { targets } from './shared/targets';

/** Width → error, averaged over the end of the run. */
function errorsOf(run: RunData): [width: number, error: number][] {
  const errors = recent(run, 'losses', 0.02);
  return Array.from(run.probes.widths?.data ?? [], (width, i) => [width, errors[i]]);
}

const errorAt = (run: RunData, width: number) =>
  errorsOf(run).find(([each]) => each === width)?.[1] ?? Number.NaN;

const gain = (run: RunData) => errorAt(run, 4) / errorAt(run, 16);

function best(run: RunData): [width: number, error: number] {
  return errorsOf(run).reduce((a, b) => (b[1] < a[1] ? b : a), [1, Infinity]);
}

/** The widths whose errors the prose quotes. */
const spokenOf = [4, 8, 16, 32, 64, 128];

export default {
  name: 'width',
  experiment: 'width-sweep',
  title(run, { gain4to16: factor }) {
    if (!run.steps.length) return 'Eight widths, not yet trained';
    if (!(factor > 1)) return 'More units do not help here: four are as good as sixteen';
    return `From 4 to 16 units the error falls by a factor of ${plain(Number(factor.toPrecision(2)))}`;
  },
  caption:
    'Eight networks with 1 to 128 hidden units learn the same curve, side by side. Each point is one network; both axes are logarithmic. The dashed line shows the same networks with their hidden units as they started: only the output weights are solved for, by least squares.',
  controls: { activation: {}, learningRate: {}, rateSteps: { ...falling, max: 3000 } },
  presets: targets('wave', 'step', 'chirp', 'tent3', 'tent5'),
  views: [{ view: widthError(solvedPoints) }],
  lastStep: 3000,
  describe(run, { gain4to16 }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    const [width, error] = best(run);
    const still = solvedOf(run).find((each) => each.width === 64)?.error;
    const solved = still
      ? ` With 64 hidden units left as they started, solving for the output weights gives an error of ${value(still)}.`
      : '';
    return `The smallest error is ${value(error)}, with ${width} units. The error with 4 units is ${value(gain4to16)} times that with 16.${solved}`;
  },
  findings(run) {
    return {
      gain4to16: gain(run),
      gain16to64: errorAt(run, 16) / errorAt(run, 64),
      bestError: best(run)[1],
      ...trainedFindings(errorsOf(run), spokenOf),
      ...solvedFindings(run, spokenOf),
    };
  },
  strip: [{ finding: 'gain4to16', label: 'gain from 4 to 16 units', unit: 'times' }],
  recorded: { default: {}, falling: { rateSteps: 3000 } },
} satisfies LabDescription as LabDescription;
