/** Every router of the library on one task, with what reaches it: the main lab of station 05. */
import { count, percent, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { heat } from '../../views/heat';
import { loadBars } from '../../views/load-bars';
import { logitArrows } from '../../views/logit-arrows';
import { routerName, routerTitle } from './shared/routers';

const isMixture = (run: RunData) => run.settings.contestant === 'mixture';

/** What rounding leaves of a gradient that is 0. */
const rounding = 1e-6;
/** An expert is dead below a fiftieth of its fair share. */
const dead = 0.02;
/** Training loss at which a router counts as half-way. */
const half = 0.5;
/** Rows to either side that are averaged with a step's own. */
const reach = 15;

/** Training loss around a step, the mean of thirty batches; NaN before it. */
function lossAround(run: RunData, step: number): number {
  if (run.step < step) return Number.NaN;
  const near = run.steps.flatMap((each, row) =>
    Math.abs(each - step) <= reach ? [run.metrics.loss[row][0]] : [],
  );
  return near.reduce((sum, loss) => sum + loss, 0) / near.length;
}

/** First step from which thirty batches lie below the half-way loss; the last step if none. */
function stepsToHalf(run: RunData): number {
  const found = run.steps.find((step) => step >= reach && lossAround(run, step) < half);
  return found ?? run.step;
}

function findingsOf(run: RunData): Findings {
  const unseenLoss = run.probes.unseenLoss?.data[0];
  if (unseenLoss === undefined || !run.steps.length) return {};
  const load = Array.from(run.probes.unseenLoad?.data ?? []);
  const fair = 1 / Math.max(1, load.length);
  return {
    unseenLoss,
    maxVio: Math.max(...load) / fair - 1,
    deadExperts: load.filter((share) => share < dead * fair).length,
    routerGradient: recent(run, 'routerGradient', 0.05)[0],
    expertGradient: recent(run, 'expertGradient', 0.05)[0],
    early: lossAround(run, Math.min(150, run.step)),
    stepsToHalf: stepsToHalf(run),
  };
}

/** The name and what it leaves, in the words of a title. */
function titled(run: RunData, { unseenLoss, routerGradient }: Findings): string {
  const left = `leaves a loss of ${value(unseenLoss)}`;
  if (run.settings.contestant === 'dense-active')
    return `One dense network as large as a token’s experts ${left}`;
  if (run.settings.contestant === 'dense-total')
    return `One dense network as large as all experts ${left}`;
  if (run.settings.router === 'random') return `Choosing experts at random ${left}`;
  if (!run.facts?.routed) return `A table that never learns ${left}`;
  if (routerGradient < rounding)
    return `No gradient reaches the router: “${routerName(run)}” ${left}`;
  const k = ['relu', 'soft'].includes(String(run.settings.router))
    ? ''
    : `, k = ${run.settings.topK},`;
  return `${routerTitle(run)}${k} ${left}, with a gradient of ${value(routerGradient)} at the router`;
}

const islandMap = heat({
  name: 'island-map',
  probe: 'islandLoad',
  rows: { label: 'island', names: 'numbers' },
  columns: { label: 'expert', names: 'experts' },
  quantity: 'share of the island’s tokens',
  to: 1,
  numbers: false,
  say: percent,
  aspect: 0.62,
  narrowAspect: 0.84,
});

export default {
  name: 'routers',
  experiment: 'router-zoo',
  title(run, findings) {
    if (findings.unseenLoss === undefined) return 'A router and eight experts, not yet trained';
    return titled(run, findings);
  },
  caption:
    'Tokens come from sixteen islands, each with a constant and a linear law of its own; a model that always answers with the mean has a loss of 1. Every router starts with the same experts and sees the same tokens. The arrows show where gradient descent would push each logit, for twelve tokens; a frame marks the chosen experts.',
  controls: {
    router: {},
    topK: { default: 1, max: 4 },
    contestant: {},
    experts: { min: 4, max: 32, step: 4 },
    expertHidden: { default: 16, max: 32 },
    balancer: { only: ['none', 'switch', 'importance'] },
    balanceStrength: { max: 1 },
    temperature: {},
    slotsPerExpert: {},
    learningRate: {},
  },
  fixed: { jitter: 0.01 },
  views: [
    { view: curves({ name: 'router-loss', of: 'loss', label: 'loss of the batch (log scale)' }) },
    { view: logitArrows, label: 'What reaches the logits' },
    { view: loadBars, label: 'Load', size: 'half' },
    { view: islandMap, label: 'Who takes which island', size: 'half' },
  ],
  lastStep: 600,
  describe(run, { unseenLoss, maxVio, routerGradient }) {
    if (unseenLoss === undefined) return 'Nothing trained yet.';
    const words = `After ${count(run.step)} steps the loss on unseen tokens is ${value(unseenLoss)}`;
    if (!isMixture(run)) return `${words}.`;
    return `${words}. The busiest expert is ${percent(maxVio)} above its fair share, and the router’s gradient has a length of ${value(routerGradient)}.`;
  },
  findings: findingsOf,
  strip: [
    { finding: 'unseenLoss', label: 'loss on unseen tokens' },
    { finding: 'maxVio', label: 'MaxVio on unseen tokens' },
  ],
  goals: [
    {
      name: 'even',
      words:
        'After 600 steps without a balancer, no expert more than 5 % above its fair share (MaxVio below 0.05), and a loss below 0.15 on unseen tokens.',
      met: (run, _, { unseenLoss, maxVio }) =>
        isMixture(run) &&
        run.step >= 600 &&
        run.settings.balancer === 'none' &&
        maxVio < 0.05 &&
        unseenLoss < 0.15,
    },
    {
      name: 'thrifty',
      words:
        'Within 600 steps, a loss below 0.06 on unseen tokens, with a learned router and two or more experts for each token, which have at most 16 units together.',
      met: (run, _, { unseenLoss }) =>
        isMixture(run) &&
        run.facts?.routed === true &&
        // A token of these has not exactly k experts.
        !['relu', 'gumbel', 'soft', 'expert-choice'].includes(String(run.settings.router)) &&
        run.step <= 600 &&
        Number(run.settings.topK) >= 2 &&
        Number(run.settings.topK) * Number(run.settings.expertHidden) <= 16 &&
        unseenLoss < 0.06,
    },
    {
      name: 'mended',
      words:
        'With the router “softmax, top k, renormalised”, k = 1 and no balancer, a gradient above 0.001 reaches the router. You have to change the code for that.',
      met: (run, _, { routerGradient }) =>
        isMixture(run) &&
        run.settings.router === 'softmax-top-k-renormalised' &&
        run.settings.topK === 1 &&
        run.settings.balancer === 'none' &&
        run.step >= 100 &&
        run.events.length === 0 &&
        routerGradient > 0.001,
    },
  ],
  nameRun: (run) =>
    isMixture(run)
      ? `${routerName(run)}${run.settings.topK === 1 ? '' : `, k = ${run.settings.topK}`}`
      : run.settings.contestant === 'dense-active'
        ? `dense, ${run.settings.topK === 1 ? 'one expert' : `${run.settings.topK} experts`} wide`
        : 'dense, all experts wide',
  behind: ['renormalised', 'random', 'hash', 'dense-active'],
  recorded: {
    default: {},
    renormalised: { router: 'softmax-top-k-renormalised' },
    'top-k-softmax': { router: 'top-k-softmax' },
    sigmoid: { router: 'sigmoid-normalised' },
    switch: { router: 'switch-top-1' },
    noisy: { router: 'noisy-top-k' },
    gumbel: { router: 'gumbel' },
    reinforce: { router: 'reinforce' },
    'expert-choice': { router: 'expert-choice' },
    base: { router: 'base' },
    sinkhorn: { router: 'sinkhorn' },
    relu: { router: 'relu' },
    soft: { router: 'soft' },
    'soft-sixteen': { router: 'soft', slotsPerExpert: 16 },
    hash: { router: 'hash' },
    random: { router: 'random' },
    'dense-active': { contestant: 'dense-active' },
    'dense-total': { contestant: 'dense-total' },
    // The same with two experts a token.
    'softmax-two': { topK: 2 },
    'renormalised-two': { router: 'softmax-top-k-renormalised', topK: 2 },
    'noisy-two': { router: 'noisy-top-k', topK: 2 },
    'gumbel-two': { router: 'gumbel', topK: 2 },
    'dense-two': { contestant: 'dense-active', topK: 2 },
    // Twice the experts of half the size: the arithmetic of one expert of sixteen units.
    'halves-two': { topK: 2, experts: 16, expertHidden: 8 },
    'many-halves': { topK: 2, experts: 32, expertHidden: 8 },
  },
} satisfies LabDescription as LabDescription;
