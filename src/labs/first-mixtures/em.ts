/** Who made this point? A tree of experts fitted by EM, and by gradient beside it: station 04. */
import { count, value } from '../../lab/format';
import { latest, latestRow } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { pointsAndCurves } from '../../views/points-and-curves';
import { tree } from '../../views/tree';

/** Nats below the laws' own log-likelihood at which a fit still counts as one of them. */
const slack = 0.08;

/** Entropy of the gate after the first M: the first half-step, or the second where E comes first. */
const firstEntropy = (run: RunData) =>
  run.metrics.certainty?.[run.settings.firstNames === 'none' ? 1 : 0]?.[0] ?? Math.log(4);

/** First half-step from which a likelihood is within 0.05 of its end. */
function arrived(run: RunData, metric: string): number {
  const rows = run.metrics[metric] ?? [];
  const end = rows.at(-1)?.[0] ?? Number.NaN;
  const row = rows.findIndex(([value]) => value >= end - 0.05);
  return run.steps[row] ?? run.step;
}

/** What the laws themselves have, with their noise: ½ ln(1 / 2πe · noise²). */
const ofTheLaws = (run: RunData) =>
  -0.5 * Math.log(2 * Math.PI * Math.E * Number(run.settings.noise ?? 0.05) ** 2);

const stepsByGradient = (run: RunData) => Number(run.facts?.gradientSteps ?? 0);

/** The last half-step taken: where names were given, M comes first. */
const lastHalf = (run: RunData) =>
  (run.settings.firstNames === 'none') === (run.step % 2 === 1) ? 'E' : 'M';

export default {
  name: 'em',
  experiment: 'em',
  plan: { kind: 'simulate' },
  title(run, { end, adam, plain }) {
    if (!run.steps.length) return 'A tree of experts and 200 points, not yet fitted';
    const rounds = Math.ceil(run.step / 2);
    const laws = end >= ofTheLaws(run) - slack ? 'has found the laws' : 'has not found the laws';
    return `EM ${laws} in ${count(rounds)} ${rounds === 1 ? 'round' : 'rounds'}: log-likelihood ${value(end)}; Adam is at ${value(adam)}, plain gradient at ${value(plain)}`;
  },
  caption:
    'An E step colours each point by the experts that are likely to have made it. An M step fits each line to its points, and each gate to the colours. One step of the lab is an E or an M step, half a round. The bands show each expert’s deviation. Two copies climb the same likelihood by gradient, from the same first weights, with ten gradient steps for each step of the lab.',
  controls: {
    tree: {},
    firstNames: {},
    hard: {},
    evenGate: {},
    newton: {},
    rows: { min: 50, max: 400, step: 50 },
    noise: { min: 0.05, max: 0.3 },
    learningRate: { default: 0.1 },
  },
  fixed: { world: 1 },
  views: [
    {
      view: pointsAndCurves({
        name: 'points-and-experts',
        x: { from: -1, to: 1, label: 'case' },
        y: { label: 'answer', from: -2.2, to: 2.2 },
        points: { x: 'inputs', y: 'targets' },
        shares: 'posteriors',
        members: { probe: 'lines', gates: 'gates', deviations: 'deviations' },
        aspect: 0.4,
      }),
    },
    {
      view: curves({
        name: 'climbs',
        of: [
          { metric: 'logLikelihood', name: 'EM' },
          { metric: 'adam', name: 'Adam' },
          { metric: 'plain', name: 'plain' },
        ],
        label: 'log-likelihood, nats per point',
        scale: 'linear',
        rules: (run) => [{ at: ofTheLaws(run), words: 'the true laws', side: 'left' }],
        aspect: 0.3,
      }),
      label: 'Log-likelihood',
    },
    {
      view: tree({ name: 'tree', shares: 'posteriors', label: 'share of the points' }),
      label: 'The tree',
      size: 'half',
    },
    {
      view: curves({
        name: 'certainty',
        of: 'certainty',
        label: 'entropy of the gate, nats',
        scale: 'linear',
        say: (nats) => nats.toFixed(2),
        aspect: 0.5,
      }),
      label: 'How unsure the gate is',
      size: 'half',
    },
  ],
  lastStep: 120,
  describe(run, { end, unseen, falls, adamFalls }) {
    if (!run.steps.length) return 'Nothing fitted yet.';
    return `After ${count(run.step)} steps, the last an ${lastHalf(run)} step, the log-likelihood is ${value(end)}, and ${value(unseen)} on unseen points. It fell in ${count(falls)} of the ${count(run.step)} steps; Adam’s fell in ${count(adamFalls)} of ${count(run.step * stepsByGradient(run))} gradient steps.`;
  },
  findings(run): Findings {
    const [falls, adamFalls, plainFalls] = latestRow(run, 'falls');
    return {
      end: latest(run, 'logLikelihood'),
      adam: latest(run, 'adam'),
      plain: latest(run, 'plain'),
      unseen: latest(run, 'unseen'),
      entropy: latest(run, 'certainty'),
      firstEntropy: firstEntropy(run),
      roundsToEnd: arrived(run, 'logLikelihood') / 2,
      adamToEnd: arrived(run, 'adam') * stepsByGradient(run),
      falls,
      adamFalls,
      plainFalls,
      wrongNames: Number(run.facts?.wrongNames ?? 0),
    };
  },
  strip: [{ finding: 'end', label: 'log-likelihood after EM' }],
  goals: [
    {
      name: 'rescue',
      words:
        'From borders a quarter off, with four experts and at least 200 points, a log-likelihood of at least 1.5.',
      met: (run, _answers, { end }) =>
        run.settings.firstNames === 'moved' &&
        ['4', '2-2'].includes(String(run.settings.tree)) &&
        Number(run.settings.rows) >= 200 &&
        end >= 1.5,
    },
  ],
  recorded: {
    default: {},
    'two-levels': { tree: '2-2' },
    moved: { firstNames: 'moved' },
    lot: { firstNames: 'lot' },
    hard: { hard: true },
    'one-step': { firstNames: 'moved', newton: 1 },
    'one-step-random': { newton: 1 },
    'one-step-late': {
      settings: { firstNames: 'moved' },
      changes: [{ step: 40, name: 'newton', value: 1 }],
    },
    forget: {
      settings: { firstNames: 'moved' },
      changes: [
        { step: 41, name: 'evenGate', value: true },
        { step: 42, name: 'evenGate', value: false },
      ],
    },
    'forget-random': {
      settings: {},
      lastStep: 160,
      changes: [
        { step: 80, name: 'evenGate', value: true },
        { step: 81, name: 'evenGate', value: false },
      ],
    },
  },
} satisfies LabDescription as LabDescription;
