/** The same balance loss, counted over more and more sequences: station 08. */
import { plain, value } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import type { LabDescription, PlannedLane, RunData } from '../../lab/types';
import { type NumberOf, numberOf } from '../../views/amounts';
import type { Rule } from '../../views/marks/rules';
import { scatter } from '../../views/scatter';
import { mapFindings } from './shared/domains';

const scopes = [1, 2, 4, 8, 16];

const lanes: PlannedLane[] = [
  ...scopes.map((scope) => ({
    name: `over${scope}`,
    label: scope === 1 ? '1 sequence' : `${scope} sequences`,
    settings: { balancer: 'sequence-wise', scope },
  })),
  { name: 'bias', label: 'selection bias', settings: { balancer: 'bias' } },
  { name: 'none', label: 'no balancer', settings: { balancer: 'none' } },
];

/** What the bias has, as a line to hold the others against. */
const levels =
  (of: NumberOf) =>
  (run: RunData): Rule[] =>
    (run.lanes ?? [])
      .filter(({ name, step }) => step > 0 && name === 'bias')
      .map((lane) => ({ at: numberOf(lane, of), words: lane.label }))
      .filter(({ at }) => Number.isFinite(at));

const loss: NumberOf = { metric: 'loss' };
const spread: NumberOf = { probe: 'measures', at: 0 };
const alone: NumberOf = { probe: 'measures', at: 3 };

const scope = {
  of: { fact: 'scope' },
  label: 'sequences counted together (log scale)',
  scale: 'log',
} as const;

export default {
  name: 'scope',
  experiment: 'domain-mixture',
  plan: { kind: 'race', lanes: () => lanes, axes: ['steps'] },
  title(_, findings) {
    const [one, all, bias] = ['over1', 'over16', 'bias'].map(
      (name) => findings[`${name}.finalLoss`],
    );
    if (one === undefined) return 'Five scopes, not yet trained';
    return `Counted over one sequence, the balance loss leaves an error of ${value(one)}; over sixteen, ${value(all)}; the bias leaves ${value(bias)}`;
  },
  caption:
    'Seven mixtures train side by side. Five have the same balance loss at the same strength, but it counts the load over 1, 2, 4, 8 or 16 of the 16 sequences of a batch. One has the selection bias instead (the dashed line), and one has no balancer.',
  controls: {
    balanceStrength: { default: 0.1 },
    learningRate: {},
  },
  fixed: {
    balancer: 'none',
    scope: 1,
    batch: 512,
    writer: 'all',
    moves: 'all',
    fault: 'none',
    biasRate: 0.003,
  },
  views: [
    {
      view: scatter({
        name: 'scope-loss',
        x: scope,
        y: { of: loss, label: 'error, as a share of the answers’ variance', from: 0 },
        rules: levels(loss),
        aspect: 0.36,
      }),
      label: 'Task loss',
    },
    {
      view: scatter({
        name: 'scope-spread',
        x: scope,
        y: { of: spread, label: 'deviation of an expert’s load over the domains', from: 0 },
        rules: levels(spread),
      }),
      label: 'Do experts keep to domains?',
      size: 'half',
    },
    {
      view: scatter({
        name: 'scope-overload',
        x: scope,
        y: { of: alone, label: 'MaxVio with one domain alone', from: 0 },
        rules: levels(alone),
      }),
      label: 'If a single domain writes',
      size: 'half',
    },
  ],
  lastStep: 400,
  describe(_, findings) {
    if (findings['over1.finalLoss'] === undefined) return 'Nothing trained yet.';
    const each = lanes.map(({ name, label }) => `${label} ${value(findings[`${name}.finalLoss`])}`);
    return `Error after ${plain(400)} steps: ${each.join(', ')}.`;
  },
  findings: (run) => laneFindings(run, mapFindings),
  strip: [
    { finding: 'over1.finalLoss', label: 'error, counted over 1 sequence' },
    { finding: 'over16.finalLoss', label: 'error, counted over 16' },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
