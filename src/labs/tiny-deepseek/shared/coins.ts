/** What a model of station 17 costs and buys, each piece in a coin of its own. */
import { count, value } from '../../../lab/format';
import { latest, recent } from '../../../lab/run';
import type { Controls, Findings, LabDescription, RecordedRun, RunData } from '../../../lab/types';
import type { Settings } from '../../../model/experiments/types';
import { curves } from '../../../views/curves';
import { journey } from '../../../views/journey';
import { loadRiver } from '../../../views/load-river';
import { type Reading, wiring } from '../../../views/wiring';
import { written } from '../../../views/written';
import { stops } from './pieces';

export const lastStep = 300;

/** Loss on fresh rows; the rest of the last tenth of a run, each batch before the step that learns from it. */
export function coinsOf(run: RunData): Findings {
  if (!run.steps.length) return {};
  const mean = (metric: string) => recent(run, metric, 0.1)[0] ?? 0;
  const fact = (name: string) => Number(run.facts?.[name] ?? 0);
  return {
    // On fresh rows, the same for every seed; before any are judged, of the latest batches.
    loss: run.probes.fresh?.data[0] ?? mean('loss'),
    batchLoss: mean('loss'),
    further: mean('further'),
    perPass: 1 + mean('acceptance'),
    // Times its fair share.
    busiest: 1 + (latest(run, 'maxVio') || 0),
    idle: latest(run, 'idle') || 0,
    nodes: mean('nodes'),
    kept: fact('kept'),
    parameters: fact('parameters'),
    active: fact('active'),
    inModules: fact('inModules'),
    rise: largestRise(run),
  };
}

/** Steps before a rise can count, and those that it is measured from. */
const settled = 40;
const before = 20;

/** How far a batch's loss was above the lowest of the twenty before it, at most. */
function largestRise(run: RunData): number {
  const losses = (run.metrics.loss ?? []).map(([loss]) => loss);
  let most = 0;
  for (let i = settled; i < losses.length; i++)
    most = Math.max(most, losses[i] - Math.min(...losses.slice(i - before, i)));
  return most;
}

const two = (x: number) => x.toFixed(2);

/** Beside each piece its coin: what this model has of it, and by formula what it had without. */
function readingsOf(run: RunData): Record<string, Reading> {
  // A file keeps fewer rows than its findings were made of.
  const found = 'seeds' in run ? (run as RecordedRun).findings : coinsOf(run);
  const { loss, perPass, busiest, nodes, kept, parameters, active } = found;
  if (loss === undefined) return {};
  const { freeNodes, headsKeep, experts } = run.facts ?? {};
  return {
    latent: { label: 'kept', here: count(kept), without: count(Number(headsKeep)) },
    ...(Number(experts) > 0 && {
      experts: { label: 'at work', here: `${count(active)} of ${count(parameters)}` },
      limit: { label: 'nodes', here: two(nodes), without: two(Number(freeNodes)) },
      bias: { label: 'busiest, × share', here: two(busiest) },
    }),
    module: { label: 'a pass writes', here: two(perPass), without: '1' },
    loss: { label: 'now', here: `${value(loss)} nats a character` },
  };
}

/** What `coinsOf` looks at. */
export const coinsRead = {
  metrics: ['loss', 'further', 'acceptance', 'maxVio', 'idle', 'nodes'],
  facts: ['kept', 'parameters', 'active', 'inModules'],
  probes: ['fresh'],
};

/** The pieces as switches, each with its gauge. */
const cockpit = wiring({
  name: 'wiring',
  layers: 'Four layers, one behind the other; the first has a dense network and no router.',
  stops,
  reads: { ...coinsRead, facts: [...coinsRead.facts, 'freeNodes', 'headsKeep', 'experts'] },
  readings: readingsOf,
  nothing: 'Nothing trained yet.',
});

/** The figures of the whole model; a lab that only counts coins needs no text. */
export const views: LabDescription['views'] = [
  { view: cockpit, label: 'The pieces, each with the gauge it moves' },
  {
    view: curves({
      name: 'losses',
      of: [
        { metric: 'loss', name: 'next' },
        { metric: 'further', name: 'one further' },
      ],
      label: 'cross-entropy, nats per character (log scale)',
      aspect: 0.62,
    }),
    label: 'Loss of the next character, and of the one after it',
    size: 'half' as const,
  },
  { view: loadRiver, label: 'Load of the middle sparse layer', size: 'half' as const },
  { view: written, label: 'What it writes', size: 'below' as const },
  { view: journey, label: 'The journey of one character', size: 'below' as const },
];

/** Each piece a switch or a size. */
export const controls = {
  attention: { only: ['latent-rotary', 'heads'], default: 'latent-rotary', group: 'attention' },
  latentWidth: { min: 4, max: 32, default: 8, group: 'attention' },
  rotaryWidth: { min: 2, default: 8, group: 'attention' },
  keyValueHeads: { default: 4, group: 'attention' },
  sparse: { only: ['but-first', 'none'], group: 'experts' },
  experts: { min: 4, max: 32, step: 4, default: 16, group: 'experts' },
  topK: { default: 4, change: 'restart', group: 'experts' },
  expertHidden: { max: 48, default: 16, group: 'experts' },
  sharedExperts: { default: 1, group: 'experts' },
  router: {
    only: ['sigmoid-normalised', 'softmax-top-k', 'softmax-top-k-renormalised'],
    default: 'sigmoid-normalised',
    change: 'restart',
    group: 'experts',
  },
  keepsEven: { group: 'balance' },
  biasRate: { group: 'balance' },
  balanceStrength: { default: 0.001, group: 'balance' },
  mostGroups: {
    label: 'nodes of a character, at most',
    help: 'The experts stand on four nodes. A character gets its experts from at most this many of them; four is no limit.',
    max: 4,
    default: 2,
    change: 'restart',
    group: 'nodes',
  },
  predictors: { group: 'multi-token prediction' },
  furtherWeight: { group: 'multi-token prediction' },
  learningRate: { default: 0.008, group: 'training' },
} satisfies Controls;

export const fixed: Settings = { denseHidden: 80, firstBias: 0, rateSteps: lastStep };

export const asks = {
  written: { act: 'write', every: 5000, with: () => ({ texts: 4, temperature: 0.5 }) },
  journey: { act: 'follow', every: 5000 },
};

export function titleOf(run: RunData, found: Findings): string {
  if (!run.steps.length) return 'A small model with every piece, not yet trained';
  const { loss, active, parameters, kept } = found;
  const work =
    active < parameters
      ? `Of ${count(parameters)} numbers, ${count(active)} are at work on a character`
      : `All ${count(parameters)} numbers are at work on a character`;
  return `${work}, ${count(kept)} are kept of it, and it costs ${value(loss)} nats`;
}

export function describe(run: RunData, found: Findings): string {
  if (!run.steps.length) return 'Nothing trained yet.';
  const { loss, perPass, busiest, nodes, kept } = found;
  const spread = Number(run.facts?.experts)
    ? ` the busiest expert has ${two(busiest)} times its share, a character visits ${two(nodes)} of four nodes,`
    : '';
  return `${count(run.step)} steps: ${value(loss)} nats a character;${spread} ${count(kept)} numbers are kept of it, and a pass with a draft would write ${two(perPass)} characters.`;
}
