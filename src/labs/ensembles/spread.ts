/** Sixteen noisy samples: what averaging does to chance, and what it cannot. Station 03. */
import { count, value } from '../../lab/format';
import type { LabDescription, RunData } from '../../lab/types';
import { averageVariance } from '../../model/ensembles/variance';
import { against } from '../../views/against';
import { pointsAndCurves } from '../../views/points-and-curves';
import { rowsOf } from '../../views/probes';

const short = ['same', 'resampled', 'split'] as const;
const most = 64;

interface Kind {
  name: string;
  variance: number;
  correlation: number;
  floor: number;
  /** Of the average of the first m members, as measured. */
  averaged: number[];
  /** Squared error of the average of eight, and of a member. */
  together: number;
  alone: number;
}

function kindsOf(run: RunData): Kind[] {
  const names = Array.isArray(run.facts?.kinds) ? run.facts.kinds.map(String) : [];
  const errors = rowsOf(run, 'errors');
  const averaged = rowsOf(run, 'averaged');
  return rowsOf(run, 'spread').map(([variance, shared], i) => ({
    name: names[i] ?? short[i],
    variance,
    correlation: shared / variance,
    floor: shared,
    averaged: averaged[i],
    together: errors[i][0],
    alone: errors[i][1],
  }));
}

/** A split gives points to as many members as there are parts, and to no more. */
const mostOf = ({ averaged }: Kind, kind: number) =>
  short[kind] === 'split' ? averaged.length : most;

const members = Array.from({ length: most }, (_, i) => i + 1);

/** The formula for 1 to `upTo` members. Chance may put ρ where more could not be correlated so. */
const formula = ({ variance, correlation }: Kind, upTo: number) =>
  members.slice(0, upTo).map((m) => {
    const least = m > 1 ? -1 / (m - 1) : -1;
    return averageVariance({ variance, correlation: Math.max(least, Math.min(1, correlation)) }, m);
  });

export default {
  name: 'spread',
  experiment: 'spread',
  title(run, { sameCorrelation, splitCorrelation, sameError, splitError }) {
    if (!run.steps.length) return 'Three ensembles on sixteen noisy samples, not yet trained';
    const change = splitError < sameError ? 'fell' : 'rose';
    return `With an eighth of the points each, the correlation ${splitCorrelation < sameCorrelation ? 'fell' : 'rose'} from ${sameCorrelation.toFixed(2)} to ${sayTwo(splitCorrelation)}, and the average’s error ${change} from ${value(sameError)} to ${value(splitError)}`;
  },
  caption:
    'Sixteen samples have their points at the same places, each with other noise. On each sample three kinds of ensembles, of eight members each, are trained. Above are the sixteen averages of each kind, over the true curve. Below is how far averages scatter from sample to sample: the dots are measured, the lines follow the formula, and a dashed line is the part that no number of members removes.',
  controls: {
    rows: { label: 'number of points', default: 64, min: 30, max: 130, step: 1 },
    noise: { default: 0.5 },
    hidden: { default: 12, max: 32 },
    steepness: { default: 3 },
    learningRate: { default: 0.01 },
  },
  views: [
    {
      view: pointsAndCurves({
        name: 'sixteen-averages',
        x: { from: -1, to: 1, label: 'x' },
        y: { from: -1.6, to: 1.6, label: 'y' },
        target: { probe: 'truth', name: 'the curve' },
        members: { probe: 'averages', names: 'numbers', faint: true, unnamed: true },
        panels: { fact: 'kinds' },
        aspect: 0.34,
        narrowAspect: 2.4,
      }),
    },
    {
      view: against({
        name: 'variance',
        reads: { probes: ['spread', 'averaged', 'errors'], facts: ['kinds'] },
        x: {
          label: 'members averaged (log scale)',
          scale: 'log',
          say: count,
          ticks: [1, 2, 4, 8, 16, 32, 64],
        },
        y: { label: 'variance of the average (log scale)', scale: 'log' },
        lines: (run) => {
          const kinds = kindsOf(run);
          return [
            ...kinds.map((kind, i) => ({
              name: `${kind.name}: ρ ${sayTwo(kind.correlation)}`,
              at: members.slice(0, mostOf(kind, i)),
              values: formula(kind, mostOf(kind, i)),
              floor: kind.correlation > 0.02 ? kind.floor : undefined,
            })),
            ...kinds.map((kind, i) => ({
              name: `${kind.name}, measured`,
              at: members.slice(0, kind.averaged.length),
              values: kind.averaged,
              measured: true,
              like: i,
            })),
          ];
        },
      }),
      label: 'Variance against members',
    },
  ],
  lastStep: 1000,
  describe: (run, found) =>
    run.steps.length
      ? `Variance of one member and correlation of two: ${kindsOf(run)
          .map(
            ({ name, variance, correlation }) =>
              `${name} ${value(variance)} and ${sayTwo(correlation)}`,
          )
          .join(
            ', ',
          )}. Splitting the points multiplies the average’s error by ${value(found.ratio)}.`
      : 'Nothing trained yet.',
  findings(run) {
    const kinds = kindsOf(run);
    const each = kinds.flatMap((kind, i) =>
      Object.entries({
        Variance: kind.variance,
        Correlation: kind.correlation,
        Floor: kind.floor,
        OfAverage: kind.averaged.at(-1)!,
        Error: kind.together,
        Alone: kind.alone,
      }).map(([what, number]) => [`${short[i]}${what}`, number] as const),
    );
    return {
      ...Object.fromEntries(each),
      ...(kinds.length && { ratio: kinds[2].together / kinds[0].together }),
    };
  },
  strip: [
    { finding: 'ratio', label: 'error after splitting over error without', unit: 'times' },
    { finding: 'sameCorrelation', label: 'correlation on the same points' },
  ],
  goals: [
    {
      name: 'split',
      words: 'With an eighth of the points for each member, their average errs by less than 0.035.',
      met: (run, _, { splitError }) => run.step >= 500 && splitError < 0.035,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
    quiet: { settings: { noise: 0.1 }, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;

const sayTwo = (x: number) => x.toFixed(2).replace('-', '−').replace('−0.00', '0.00');
