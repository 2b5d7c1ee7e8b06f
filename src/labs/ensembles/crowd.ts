/** Eight curves and their average: averaging, bagging, negative correlation. Station 03. */
import { count, percent, value } from '../../lab/format';
import type { LabDescription, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { curves } from '../../views/curves';
import { pointsAndCurves } from '../../views/points-and-curves';
import { balance, isOwn, leftMost, partsOf } from './shared/balance';

const eachOf = (run: RunData): number[] => Array.from(run.probes.each?.data ?? []);

/**
 * Mean error of the average of m members, over all choices of m: what any two share, and the rest
 * divided by m. By algebra, from the error of all and the mean error of one.
 */
function growing(run: RunData) {
  const { blend, members } = partsOf(run);
  const all = eachOf(run).length;
  const shared = all > 1 ? (all * blend - members) / (all - 1) : members;
  const at = Array.from({ length: Math.max(1, all) }, (_, i) => i + 1);
  return { at, values: at.map((m) => shared + (members - shared) / m), shared };
}

export default {
  name: 'crowd',
  experiment: 'crowd',
  title(run, { blend, members, disagreement }) {
    if (!run.steps.length) return 'Members and their average, not yet trained';
    if (!Number.isFinite(members)) return 'The members’ answers have grown beyond all numbers';
    const where = isOwn(run) ? ' at your points' : '';
    if (eachOf(run).length < 2) return `One network alone errs by ${value(members)}${where}`;
    return `Members err by ${value(members)}${where}, their average by ${value(blend)}: ${percent(disagreement)} of the error was disagreement`;
  },
  caption:
    'The lettered lines are the members, and the strong line is their average. The grey line is the curve that the points come from. Errors are squared distances from that curve or, with points of your own, from those points. Click in the figure to add a point, or enter points as numbers.',
  controls: {
    ensemble: {},
    penalty: {},
    members: {},
    hidden: { default: 16, max: 128 },
    steepness: {},
    rows: { label: 'number of points', default: 20, max: 100 },
    noise: { default: 0.1 },
    learningRate: { default: 0.02 },
  },
  presets: [{ name: 'sample', label: 'from the curve, with noise', inputs: () => ({}) }],
  views: [
    {
      view: pointsAndCurves({
        name: 'crowd',
        x: { from: -1, to: 1, label: 'x' },
        y: { from: -1.5, to: 1.5, label: 'y' },
        target: { probe: 'truth', name: 'the curve' },
        points: 'seen',
        add: true,
        members: { probe: 'curves', faint: true },
        answer: { probe: 'average', name: 'average' },
      }),
    },
    { view: balance('crowd-balance', 'the average'), label: 'The identity' },
    {
      view: curves({
        name: 'crowd-errors',
        of: [
          { metric: 'parts', column: 1, name: 'members' },
          { metric: 'parts', column: 0, name: 'average' },
          { metric: 'parts', column: 2, name: 'ambiguity' },
        ],
        label: 'squared error (log scale)',
        aspect: 0.62,
      }),
      size: 'half',
    },
    {
      view: against({
        name: 'growing',
        reads: { metrics: ['parts'], probes: ['each'] },
        x: { label: 'members averaged', say: count },
        y: { label: 'squared error' },
        lines: (run) => {
          const { at, values, shared } = growing(run);
          return [
            { name: 'average of m members', at, values, floor: shared > 0 ? shared : undefined },
          ];
        },
        aspect: 0.62,
      }),
      size: 'half',
    },
  ],
  lastStep: 300,
  describe: (run, { blend, members, ambiguity, better }) =>
    run.steps.length
      ? `The members’ mean error is ${value(members)}, that of their average ${value(blend)}; the ambiguity, their spread around the average, is ${value(ambiguity)}. ${count(better)} of ${count(eachOf(run).length)} members beat the average.`
      : 'Nothing trained yet.',
  findings(run) {
    const each = eachOf(run);
    const found = partsOf(run);
    return {
      ...found,
      best: Math.min(...each),
      better: each.filter((error) => error < found.blend).length,
      leftMost: leftMost(run),
      own: Number(isOwn(run)),
    };
  },
  strip: [
    { finding: 'blend', label: 'error of the average' },
    { finding: 'members', label: 'mean error of the members' },
  ],
  goals: [
    {
      name: 'bozos',
      words: 'Every member errs by more than 0.05, and their average by less than 0.03.',
      met: (run, _, { best, blend, own }) =>
        own === 0 && run.step >= 100 && best > 0.05 && blend < 0.03,
    },
    {
      name: 'yours',
      words:
        'At 10 or more points of your own, at least half of the members’ error is disagreement.',
      met: (run, _, { disagreement, own }) =>
        own === 1 && Number(run.facts?.points) >= 10 && run.step >= 100 && disagreement >= 0.5,
    },
  ],
  recorded: {
    default: {},
    bagging: { ensemble: 'bagging' },
    'paid-half': { ensemble: 'negative-correlation', penalty: 0.5 },
    paid: { ensemble: 'negative-correlation', penalty: 1 },
    beyond: { settings: { ensemble: 'negative-correlation', penalty: 1.1 }, seeds: 5 },
    // What the exercise that changes the loss comes to.
    'pays-to-differ': {
      settings: { ensemble: 'negative-correlation', penalty: 1 },
      code: [
        {
          file: 'src/model/ensembles/negative-correlation.ts',
          from: 'tf.sub(off, tf.mul(apart, strength))',
          to: 'tf.add(off, tf.mul(apart, strength))',
        },
      ],
    },
    small: { members: 1 },
    large: { members: 1, hidden: 128 },
    smooth: { steepness: 1 },
    'large-smooth': { members: 1, hidden: 128, steepness: 1 },
  },
} satisfies LabDescription as LabDescription;
