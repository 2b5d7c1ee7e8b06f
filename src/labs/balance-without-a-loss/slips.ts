/** Four versions of the same training, three of them wrong: station 08's find-the-fault. */
import { value } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import type { LabDescription, PlannedLane } from '../../lab/types';
import { curves } from '../../views/curves';
import { dots } from '../../views/dots';
import { mapFindings } from './shared/domains';
import { vioOf } from './shared/windows';

/** The letters say nothing about what is wrong. */
const lanes: PlannedLane[] = [
  { name: 'w', label: 'W', settings: { balancer: 'bias', fault: 'none' } },
  { name: 'x', label: 'X', settings: { balancer: 'bias', fault: 'bias-weighs' } },
  { name: 'y', label: 'Y', settings: { balancer: 'bias', fault: 'sign-turned' } },
  { name: 'z', label: 'Z', settings: { balancer: 'switch', fault: 'scores-not-shared' } },
];

const right = { x: 'bias-weighs', y: 'sign-turned', z: 'scores-not-shared' };

const answers = [
  { value: 'sign-turned', label: 'the bias moves with the load, not against it' },
  {
    value: 'scores-not-shared',
    label: 'the Switch loss is taken of scores that can all shrink together',
  },
  { value: 'bias-weighs', label: 'the bias weighs the answers as well as choosing' },
];

export default {
  name: 'slips',
  experiment: 'domain-mixture',
  plan: { kind: 'race', lanes: () => lanes, axes: ['steps'] },
  title(_, findings) {
    const all = lanes
      .map(({ name, label }) => ({ label, loss: findings[`${name}.finalLoss`] }))
      .filter(({ loss }) => loss !== undefined);
    if (!all.length) return 'Four versions, not yet run';
    const { label, loss } = all.reduce((a, b) => (b.loss > a.loss ? b : a));
    return `Version ${label} has the largest error, ${value(loss)}`;
  },
  caption:
    'Four versions of the same code train from the same weights on the same tokens. W is right. The others have one fault each: two in the selection bias, one in the balance loss.',
  controls: { biasRate: {}, balanceStrength: { default: 1 }, learningRate: {} },
  fixed: {
    balancer: 'bias',
    fault: 'none',
    scope: 32,
    batch: 256,
    writer: 'all',
    moves: 'all',
  },
  views: [
    { view: curves({ name: 'loss-curve', of: 'loss', label: 'task loss (log scale)' }) },
    {
      view: dots({
        name: 'all-domains',
        of: { probe: 'measures', at: 2 },
        label: 'MaxVio on all domains',
        first: 'given',
      }),
      label: 'Is the load even?',
      size: 'half',
    },
    {
      view: dots({
        name: 'moved',
        of: { probe: 'moved' },
        label: 'mean change of a gate',
        first: 'given',
      }),
      label: 'If 1 is added to every bias',
      size: 'half',
    },
  ],
  lastStep: 300,
  describe(_, findings) {
    const words = lanes
      .filter(({ name }) => findings[`${name}.finalLoss`] !== undefined)
      .map(
        ({ name, label }) =>
          `${label} error ${value(findings[`${name}.finalLoss`])}, MaxVio ${value(findings[`${name}.globalVio`])}`,
      );
    return words.length ? `${words.join('; ')}.` : 'Nothing trained yet.';
  },
  findings: (run) =>
    laneFindings(run, (lane) =>
      lane.steps.length
        ? {
            ...mapFindings(lane),
            moved: lane.probes.moved?.data[0] ?? 0,
            averageVio: vioOf(lane, lane.step - 50, lane.step),
          }
        : {},
    ),
  questions: lanes.slice(1).map(({ name, label }) => ({
    name,
    words: `What is wrong with ${label}?`,
    options: answers,
  })),
  goals: [
    {
      name: 'found',
      words: 'Name each of the three faults, after 200 steps.',
      met: (run, given) =>
        (run.lanes ?? []).every(({ step }) => step >= 200) &&
        Object.entries(right).every(([name, fault]) => given[name] === fault),
    },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
