/** Eight selection biases that move against the load, and what the size of their step does: station 08. */
import { count, plain, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { aboveMean, dials, meanOf } from '../../views/dials';
import { between, evenAt, vioOf } from './shared/windows';

/** Steps at the end of a run that its findings are taken of. */
const end = 50;

function findings(run: RunData): Findings {
  if (!run.steps.length) return {};
  const rows = run.metrics.bias.filter((_, i) => run.steps[i] > run.step - 100).map(aboveMean);
  const travels = (rows[0] ?? []).map((_, expert) => {
    const all = rows.map((row) => row[expert]);
    return Math.max(...all) - Math.min(...all);
  });
  const shares = meanLoad(run);
  return {
    finalLoss: between(run, 'loss', run.step - end, run.step),
    averageVio: vioOf(run, run.step - end, run.step),
    batchVio: between(run, 'maxVio', run.step - end, run.step),
    earlyVio: run.step > 100 ? vioOf(run, 100, 150) : vioOf(run, 0, run.step),
    evenAt: evenAt(run),
    travel: evenAt(run) * Number(run.settings.biasRate),
    swing: travels.reduce((sum, x) => sum + x, 0) / Math.max(1, travels.length),
    ofA: ofA(run),
    meanBias: meanOf(run.metrics.bias.at(-1)!),
    deadExperts: shares.filter((share) => share * shares.length < 0.02).length,
  };
}

/** What the bias of A is above the mean of the other seven. */
function ofA(run: RunData): number {
  const [a, ...others] = run.metrics.bias.at(-1)!;
  return a - meanOf(others);
}

function meanLoad(run: RunData): number[] {
  const rows = run.metrics.load.filter((_, i) => run.steps[i] > run.step - end);
  return rows[0].map((_, expert) => rows.reduce((sum, row) => sum + row[expert], 0) / rows.length);
}

const short = (x: number) => x.toFixed(2);

/** MaxVio of a batch that chooses at random, as the session says. */
const chanceOf = (run: RunData): number => Number(run.facts?.chanceMaxVio ?? 0.24);

const overload = curves({
  name: 'overload',
  of: [
    { metric: 'maxVio', name: 'one batch' },
    { metric: 'averageVio', name: '50 batches' },
  ],
  label: 'MaxVio',
  scale: 'linear',
  rules: (run) => [{ at: chanceOf(run), words: 'chance' }],
});

export default {
  name: 'dials',
  experiment: 'dials',
  title(run, { averageVio, batchVio, evenAt }) {
    if (averageVio === undefined) return 'Eight dials at 0, not yet moved';
    const over = `MaxVio ${short(averageVio)} over the last ${end} batches`;
    if (averageVio > 0.3) return `The load is uneven: ${over}`;
    if (batchVio > 2 * chanceOf(run))
      return `Even on average, uneven batch by batch: ${over}, ${short(batchVio)} in one`;
    if (evenAt >= run.step) return `The load is nearly even: ${over}, ${short(batchVio)} in one`;
    return `Even after ${count(evenAt)} steps: ${over}, ${short(batchVio)} in one`;
  },
  caption:
    'The mixture of station 06, now with sigmoid scores. Each dial shows the selection bias of the expert above it. After every step the bias moves by one tick, γ, against the load. Turn γ while it runs, or push expert A, and watch.',
  controls: {
    balancer: {
      options: [
        { value: 'none', label: 'none' },
        { value: 'bias', label: 'selection bias' },
        { value: 'quantile', label: 'quantile balancing' },
      ],
      default: 'bias',
    },
    biasRate: { min: 1e-5 },
    push: {},
    learningRate: { default: 0.005 },
  },
  views: [
    { view: dials },
    {
      view: { ...overload, reads: { ...overload.reads, facts: ['chanceMaxVio'] } },
      label: 'Overload of the busiest expert',
      size: 'half',
    },
    {
      view: curves({
        name: 'biases',
        of: { metric: 'bias', names: 'experts' },
        label: 'selection bias',
        scale: 'linear',
      }),
      label: 'The eight biases',
      size: 'half',
    },
  ],
  lastStep: 600,
  describe: (run, { averageVio, batchVio, evenAt }) =>
    averageVio === undefined
      ? 'Nothing trained yet.'
      : `MaxVio is ${value(averageVio)} over the last ${end} batches and ${value(batchVio)} in one batch. ${evenAt < run.step ? `The load was even after ${count(evenAt)} steps` : 'The load has not become even yet'}${run.settings.balancer === 'bias' ? `, with γ = ${plain(Number(run.settings.biasRate))}` : ''}.`,
  findings,
  strip: [
    { finding: 'averageVio', label: `MaxVio over ${end} batches` },
    { finding: 'batchVio', label: 'MaxVio of one batch' },
  ],
  goals: [
    {
      name: 'quick-and-calm',
      words:
        'With the selection bias, an even load by step 100 (MaxVio of 20 batches together below 0.3), and a batch MaxVio below 0.3 over the last 50 of 600 steps.',
      met: (run, _, { evenAt, batchVio }) =>
        run.step >= 600 && run.settings.balancer === 'bias' && evenAt <= 100 && batchVio < 0.3,
    },
  ],
  nameRun: (run) =>
    run.settings.balancer === 'bias'
      ? `γ ${plain(Number(run.settings.biasRate))}`
      : String(run.settings.balancer),
  recorded: {
    default: { biasRate: 0.003 },
    none: { balancer: 'none' },
    'too-small': { biasRate: 0.0001 },
    small: { biasRate: 0.001 },
    quick: { biasRate: 0.01 },
    'too-large': { biasRate: 0.1 },
    quantile: { balancer: 'quantile' },
    'two-speeds': {
      settings: { biasRate: 0.01 },
      changes: [{ step: 150, name: 'biasRate', value: 0.003 }],
    },
    pushed: { settings: {}, changes: [{ step: 300, name: 'push', value: 0.3 }] },
  },
} satisfies LabDescription as LabDescription;
