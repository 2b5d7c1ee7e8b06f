/** Four versions of the same code, three of them wrong: station 06's find-the-bug. */
import { percent, value } from '../../lab/format';
import type { LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { loadRiver } from '../../views/load-river';
import { balanceFindings } from './shared/balance';

/** In the order of the menu: the letters say nothing about what is wrong. */
const versions = [
  { value: 'none', label: 'W' },
  { value: 'load-after-capacity', label: 'X' },
  { value: 'loss-never-added', label: 'Y' },
  { value: 'loss-is-constant', label: 'Z' },
];

const nameOf = (run: RunData) =>
  versions.find(({ value }) => value === run.settings.fault)?.label ?? '?';

const answers = [
  { value: 'loss-never-added', label: 'the loss is never added' },
  { value: 'load-after-capacity', label: 'the load is counted after capacity' },
  { value: 'loss-is-constant', label: 'the loss is a constant' },
];

const reported = curves({
  name: 'balance-loss',
  of: 'balanceLoss',
  label: 'balance loss as reported',
  scale: 'linear',
});
const overload = curves({ name: 'overload', of: 'maxVio', label: 'MaxVio', scale: 'linear' });
const task = curves({ name: 'loss-curve', of: 'loss', label: 'task loss (log scale)' });
const dropped = curves({
  name: 'dropped',
  of: 'dropped',
  label: 'share of the assignments dropped',
  scale: 'linear',
});

export default {
  name: 'faults',
  experiment: 'moe-balance',
  title(run, { balanceLoss, maxVioGlobal }) {
    if (balanceLoss === undefined) return 'Four versions, not yet run';
    return `Version ${nameOf(run)} reports a balance loss of ${value(balanceLoss)}; its busiest expert is ${percent(maxVioGlobal)} above its fair share`;
  },
  caption:
    'Four versions of the same code train from the same weights on the same tokens, with the Switch loss. W is right. The river shows the version chosen below; the curves compare it with the others.',
  controls: {
    fault: {
      label: 'version',
      help: 'Which version of the code trains.',
      change: 'restart',
      options: versions,
      default: 'load-after-capacity',
    },
    balanceStrength: { default: 1, max: 10 },
    capacityFactor: { default: 1, min: 0.25, max: 4 },
  },
  fixed: {
    experts: 8,
    topK: 2,
    router: 'softmax-top-k',
    balancer: 'switch',
    biasRate: 0.003,
    zLoss: 0,
    jitter: 0,
    learningRate: 0.01,
    routerDeviation: 0.01,
    expertsLearn: true,
    common: 1,
    skew: 0,
  },
  views: [
    { view: loadRiver },
    { view: reported, label: 'Balance loss, unweighted', size: 'half' },
    { view: overload, label: 'Overload of the busiest expert', size: 'half' },
    { view: task, label: 'Task loss', size: 'half' },
    { view: dropped, label: 'Dropped assignments', size: 'half' },
  ],
  lastStep: 1000,
  describe(run, { balanceLoss, maxVioGlobal, droppedShare }) {
    if (balanceLoss === undefined) return 'Nothing trained yet.';
    return `Version ${nameOf(run)}: balance loss ${value(balanceLoss)}, MaxVio ${value(maxVioGlobal)}, ${percent(droppedShare, 1)} of the assignments dropped.`;
  },
  findings: balanceFindings,
  nameRun: nameOf,
  questions: versions.slice(1).map(({ value, label }) => ({
    name: value,
    words: `What is wrong with ${label}?`,
    options: answers,
  })),
  goals: [
    {
      name: 'found',
      words: 'Name each of the three faults, and run a version that you suspect to step 300.',
      met: (run, given) =>
        run.step >= 300 && versions.slice(1).every(({ value }) => given[value] === value),
    },
  ],
  behind: ['right', 'never-added', 'constant'],
  recorded: {
    default: { fault: 'load-after-capacity' },
    right: { fault: 'none' },
    'never-added': { fault: 'loss-never-added' },
    constant: { fault: 'loss-is-constant' },
  },
} satisfies LabDescription as LabDescription;
