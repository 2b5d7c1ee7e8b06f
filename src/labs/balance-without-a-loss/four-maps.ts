/** One mixture under four balancers, and who takes which domain under each: station 08. */
import { value } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import type { Findings, LabDescription, PlannedLane } from '../../lab/types';
import { dots } from '../../views/dots';
import { smallMultiples } from '../../views/small-multiples';
import { domainMap, mapFindings } from './shared/domains';

const lanes: PlannedLane[] = [
  { name: 'none', label: 'no balancer', settings: { balancer: 'none' } },
  {
    name: 'sequence',
    label: 'loss over each sequence',
    settings: { balancer: 'sequence-wise', scope: 1 },
  },
  {
    name: 'batch',
    label: 'loss over the batch',
    settings: { balancer: 'sequence-wise', scope: 32 },
  },
  { name: 'bias', label: 'selection bias', settings: { balancer: 'bias' } },
];

/** Lanes by their deviation over the domains, the least first; of those that have begun. */
const ranked = (findings: Findings) =>
  lanes
    .map(({ name, label }) => ({ label, spread: findings[`${name}.domainSpread`] }))
    .filter(({ spread }) => spread !== undefined)
    .sort((a, b) => a.spread - b.spread);

export default {
  name: 'four-maps',
  experiment: 'domain-mixture',
  plan: { kind: 'race', lanes: () => lanes, axes: ['steps'] },
  title(_, findings) {
    const all = ranked(findings);
    if (!all.length) return 'Four balancers, not yet at work';
    const [least, most] = [all[0], all.at(-1)!];
    return `Experts keep to a domain most with ${most.label} (deviation ${value(most.spread)}), least with ${least.label} (${value(least.spread)})`;
  },
  caption:
    'One mixture is trained four times, from the same weights and on the same sequences, each of one domain. Rows are domains, columns are experts. A cell says how many times its fair share of the domain the expert takes: 1 if it treats all domains alike, and at most 4.',
  controls: {
    balanceStrength: { default: 0.1 },
    biasRate: {},
    learningRate: {},
  },
  fixed: { balancer: 'none', scope: 1, batch: 256, writer: 'all', moves: 'all', fault: 'none' },
  views: [
    {
      view: smallMultiples(domainMap, {
        name: 'maps',
        least: 380,
        aspect: 0.52,
        narrowAspect: 2.2,
      }),
    },
    {
      view: dots({
        name: 'overload',
        of: { probe: 'measures', at: 3 },
        label: 'MaxVio with one domain alone',
        first: 'given',
      }),
      label: 'If a single domain writes',
      size: 'half',
    },
    {
      view: dots({
        name: 'loss',
        of: { metric: 'loss' },
        label: 'error, as a share of the answers’ variance',
        first: 'given',
      }),
      label: 'Task loss',
      size: 'half',
    },
  ],
  lastStep: 600,
  describe(_, findings) {
    const all = ranked(findings);
    if (!all.length) return 'Nothing trained yet.';
    return `Deviation of an expert’s load over the domains: ${all.map(({ label, spread }) => `${label} ${value(spread)}`).join(', ')}.`;
  },
  findings: (run) => laneFindings(run, mapFindings),
  strip: [
    { finding: 'sequence.domainSpread', label: 'deviation, loss over each sequence' },
    { finding: 'batch.domainSpread', label: 'deviation, loss over the batch' },
    { finding: 'bias.domainSpread', label: 'deviation, selection bias' },
  ],
  recorded: { default: {} },
} satisfies LabDescription as LabDescription;
