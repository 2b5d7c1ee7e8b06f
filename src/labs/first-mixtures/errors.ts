/** The three errors of 1991 on the same points, from the same first weights: station 04. */
import { count, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { bars } from '../../views/bars';
import { curves } from '../../views/curves';
import { pointsAndCurves } from '../../views/points-and-curves';
import { rowsOf } from '../../views/probes';
import { errorNames } from './shared/errors';

/** An expert with less of the line is not used. */
const usedFrom = 0.01;

/** Experts in use under each error. */
const usedOf = (run: RunData): number[] =>
  rowsOf(run, 'territory').map((shares) => shares.filter((share) => share >= usedFrom).length);

const short = ['E₁', 'E₂', 'E₃'];

export default {
  name: 'errors',
  experiment: 'three-errors',
  title(run, { alone1, alone2, alone3 }) {
    if (!run.steps.length) return 'Three mixtures from the same weights, not yet trained';
    return `Answering alone, the chosen expert has an error of ${value(alone1)} under E₁, ${value(alone2)} under E₂, ${value(alone3)} under E₃`;
  },
  caption:
    'Three mixtures of straight lines learn the same points from the same first weights; only the error differs. A line is drawn strongly where its gate is the largest. The curve named “together” is the answer of the mixture. A point has the colour of the expert that is blamed most for it. The gates are shown below each panel.',
  controls: {
    deviation: {},
    experts: { min: 2, max: 8, default: 4 },
    pieces: {},
    gateHidden: {},
    noise: { max: 0.3 },
    learningRate: { default: 0.05 },
  },
  fixed: { land: 'line', rows: 200, world: 6 },
  views: [
    {
      view: pointsAndCurves({
        name: 'three-errors',
        x: { from: -1, to: 1, label: 'case' },
        y: { label: 'answer', from: -2.2, to: 2.2 },
        points: { x: 'inputs', y: 'targets' },
        shares: 'charged',
        members: { probe: 'lines', gates: 'gates' },
        answer: { probe: 'answers', name: 'together' },
        panels: errorNames,
        aspect: 0.36,
        narrowAspect: 2.5,
      }),
    },
    {
      view: bars({
        name: 'together-and-alone',
        of: {
          probe: 'unseen',
          names: short.flatMap((error) => [`${error} together`, `${error} chosen one alone`]),
        },
        label: 'mean squared error, unseen points',
        unsorted: true,
        aspect: 0.62,
      }),
      label: 'Together, and the chosen one alone',
      size: 'half',
    },
    {
      view: curves({
        name: 'blends',
        of: { metric: 'blends', names: short },
        label: 'squared error together (log scale)',
        aspect: 0.62,
      }),
      label: 'While they learn',
      size: 'half',
    },
  ],
  lastStep: 800,
  describe(run, { together1, together2, together3, alone1, alone2, alone3, used1, used2, used3 }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    return `After ${count(run.step)} steps under E₁, E₂ and E₃: the error together is ${value(together1)}, ${value(together2)} and ${value(together3)}; that of the chosen expert alone is ${value(alone1)}, ${value(alone2)} and ${value(alone3)}; ${used1}, ${used2} and ${used3} of ${Number(run.settings.experts)} experts are in use.`;
  },
  findings(run): Findings {
    const errors = Array.from(run.probes.unseen?.data ?? []);
    const [used1, used2, used3] = usedOf(run);
    const [sure1, sure2, sure3] = Array.from(run.probes.certainty?.data ?? []);
    return {
      together1: errors[0],
      alone1: errors[1],
      together2: errors[2],
      alone2: errors[3],
      together3: errors[4],
      alone3: errors[5],
      used1,
      used2,
      used3,
      entropy1: sure1,
      entropy2: sure2,
      entropy3: sure3,
    };
  },
  strip: [
    { finding: 'alone1', label: 'error of the chosen one alone, under E₁' },
    { finding: 'alone3', label: 'the same under E₃' },
  ],
  goals: [
    {
      name: 'wake',
      words:
        'Start at σ = 1 and train 800 steps. Then, without starting anew, get all four experts of E₃ into use, and the error of the chosen one alone below 0.02.',
      met: (run, _answers, { used3, alone3 }) =>
        run.settings.experts === 4 &&
        run.settings.pieces === 4 &&
        run.step >= 1200 &&
        run.events.length > 0 &&
        used3 === 4 &&
        alone3 < 0.02,
    },
  ],
  recorded: {
    default: {},
    wide: { deviation: 1 },
    cold: {
      settings: { deviation: 1 },
      changes: [{ step: 800, name: 'deviation', value: 0.05 }],
      lastStep: 1600,
    },
    cooled: {
      settings: { deviation: 1 },
      changes: [{ step: 800, name: 'deviation', value: 0.2 }],
      lastStep: 1600,
      seeds: 5,
    },
  },
} satisfies LabDescription as LabDescription;
