/** One piece out at a time, and which coin it was paid in: station 17. */
import { count, value } from '../../lab/format';
import type { Findings, LabDescription, Lane, PlannedLane, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { strips } from '../../views/strips';
import { coinsOf, coinsRead, fixed, lastStep } from './shared/coins';

interface Variant {
  name: string;
  label: string;
  settings: Settings;
}

/** Every other takes one thing out of the first, the rest as it stands. */
export const variants: Variant[] = [
  { name: 'full', label: 'every piece', settings: {} },
  { name: 'heads', label: 'heads for the latent', settings: { attention: 'heads' } },
  {
    name: 'oneHead',
    label: 'one key-value head',
    settings: { attention: 'heads', keyValueHeads: 1 },
  },
  { name: 'divided', label: 'latent 12, rotary 4', settings: { latentWidth: 12, rotaryWidth: 4 } },
  { name: 'unbalanced', label: 'no balancing', settings: { keepsEven: 'none' } },
  { name: 'unlimited', label: 'no limit on nodes', settings: { mostGroups: 4 } },
  { name: 'softmax', label: 'softmax gates', settings: { router: 'softmax-top-k' } },
  {
    name: 'unshared',
    label: 'no shared expert',
    settings: { sharedExperts: 0, expertHidden: 20 },
  },
  {
    name: 'whole',
    label: 'no slices: 2 of 8',
    settings: { experts: 8, topK: 2, expertHidden: 28 },
  },
  { name: 'alone', label: 'no module', settings: { predictors: 0 } },
  { name: 'dense', label: 'no experts', settings: { sparse: 'none' } },
];

const lanes = (): PlannedLane[] => variants;

const isDone = (lane: Lane) => lane.step >= lastStep;

/** "loss_heads": of each model that is done, each coin. 0 nodes and no busiest where none are routed. */
function findings(run: RunData): Findings {
  const done = (run.lanes ?? []).filter(isDone);
  return Object.fromEntries(
    done.flatMap((lane) =>
      Object.entries(coinsOf(lane))
        .filter(([coin]) => lane.settings.sparse !== 'none' || !routed.includes(coin))
        .map(([coin, x]) => [`${coin}_${lane.name}`, x]),
    ),
  );
}

const routed = ['busiest', 'idle', 'nodes'];

const two = (x: number) => x.toFixed(2);

export default {
  name: 'one-out',
  experiment: 'whole',
  plan: { kind: 'sweep', lanes, lastStep },
  title(run, found) {
    const done = (run.lanes ?? []).filter(isDone).length;
    if (done < variants.length)
      return done
        ? `${count(done)} of ${count(variants.length)} models are trained`
        : `${count(variants.length)} models, not yet trained`;
    return `Without balancing, the busiest expert has ${two(found.busiest_unbalanced)} times its share, not ${two(found.busiest_full)}; without a limit, a character visits ${two(found.nodes_unlimited)} nodes, not ${two(found.nodes_full)}; with heads, ${count(found.kept_heads)} numbers are kept, not ${count(found.kept_full)}`;
  },
  caption:
    'Eleven models from one seed, each trained by itself: one with every piece, then ten with one thing changed. Rings are three recorded seeds, a square is your run. The bar behind a column spans the results of the model with every piece, and numbers that lie outside it with every seed are bold. Models without slices, shared expert or experts have about as many numbers at work. Each model takes as long as the first: stop when you have seen enough.',
  controls: {
    biasRate: {},
    balanceStrength: { default: 0.001 },
    furtherWeight: {},
    learningRate: { default: 0.008 },
  },
  fixed: {
    ...fixed,
    attention: 'latent-rotary',
    latentWidth: 8,
    rotaryWidth: 8,
    keyValueHeads: 4,
    sparse: 'but-first',
    experts: 16,
    topK: 4,
    expertHidden: 16,
    sharedExperts: 1,
    router: 'sigmoid-normalised',
    keepsEven: 'both',
    mostGroups: 2,
    predictors: 1,
  },
  views: [
    {
      view: strips({
        name: 'coins',
        reads: coinsRead,
        rows: variants,
        columns: [
          { name: 'loss', label: 'loss, nats', say: two },
          { name: 'busiest', label: 'busiest, × share', say: two },
          { name: 'nodes', label: 'nodes', say: two },
          { name: 'perPass', label: 'characters a pass', say: two },
          { name: 'kept', label: 'kept', say: count },
          { name: 'parameters', label: 'numbers', say: count },
        ],
        finding: (coin, model) => `${coin}_${model}`,
        findings,
        nothing: 'Nothing trained yet.',
      }),
    },
  ],
  lastStep,
  describe(_run, found) {
    const done = variants.filter(({ name }) => found[`loss_${name}`] > 0);
    if (!done.length) return 'Nothing trained yet.';
    return `${count(done.length)} of ${count(variants.length)} models are trained. Loss: ${done.map(({ name, label }) => `${label} ${value(found[`loss_${name}`])}`).join('; ')}.`;
  },
  findings,
  strip: [
    { finding: 'loss_full', label: 'loss, every piece', unit: 'nats' },
    { finding: 'loss_dense', label: 'loss, no experts', unit: 'nats' },
  ],
  recorded: { default: { settings: {}, seeds: 3 } },
} satisfies LabDescription as LabDescription;
