/** A mixture that was trained under a balancer, in use: one domain writes and nothing moves. Station 08. */
import { value } from '../../lab/format';
import type { LabDescription, Recording, RunData } from '../../lab/types';
import { loadRiver } from '../../views/load-river';
import { lossCurve } from '../../views/loss-curve';
import { domainMap, end, mapFindings } from './shared/domains';
import { between, vioOf } from './shared/windows';

/** Trained for so long, then used: first all domains write, then A alone. */
const [trained, alone] = [400, 450];

const used = (settings: Recording['settings'], moves = 'nothing'): Recording => ({
  settings,
  changes: [
    ...(moves === 'all' ? [] : [{ step: trained, name: 'moves', value: moves }]),
    { step: alone, name: 'writer', value: 'A' },
  ],
});

/** The domain that writes alone, if one does. */
const writerOf = ({ settings }: RunData): string | undefined =>
  settings.writer === 'all' ? undefined : String(settings.writer);

const times = (vio: number) => `${(vio + 1).toFixed(1)} times its share`;

export default {
  name: 'one-domain',
  experiment: 'domain-mixture',
  title(run, { oneDomainVio, aloneVio, aloneLoss, beforeLoss }) {
    if (oneDomainVio === undefined) return 'Sequences of four domains, none read yet';
    const writer = writerOf(run);
    if (!writer)
      return `All domains write: no expert has more than ${times(aloneVio)}; with one domain alone, the busiest would have ${times(oneDomainVio)}`;
    if (aloneVio > 0.3) return `Domain ${writer} alone: the busiest expert has ${times(aloneVio)}`;
    return `Domain ${writer} alone, with an even load: the error is ${value(aloneLoss)}; before, it was ${value(beforeLoss)}`;
  },
  caption:
    'The width of a band is the share of the assignments that one expert receives, first in training on all four domains, then in use. The map shows how many times its fair share of a domain an expert takes. You can choose which domain writes, and whether weights and bias go on moving.',
  controls: {
    writer: {},
    moves: {},
    balancer: {
      options: [
        { value: 'none', label: 'none' },
        { value: 'sequence-wise', label: 'balance loss' },
        { value: 'bias', label: 'selection bias' },
        { value: 'quantile', label: 'quantile balancing' },
      ],
      default: 'bias',
    },
    scope: { max: 8 },
    balanceStrength: { default: 0.1 },
    biasRate: {},
  },
  fixed: { batch: 256, learningRate: 0.01, fault: 'none' },
  views: [
    { view: loadRiver },
    { view: domainMap, label: 'Who takes which domain', size: 'half' },
    { view: lossCurve, label: 'Task loss', size: 'half' },
  ],
  lastStep: 600,
  describe(_, { oneDomainVio, globalVio, domainSpread, aloneVio }) {
    if (oneDomainVio === undefined) return 'Nothing trained yet.';
    return `Over the last ${end} batches the busiest expert has ${times(aloneVio)}; on all domains it would have ${times(globalVio)}, on a single one ${times(oneDomainVio)}. The deviation of an expert’s load over the domains is ${value(domainSpread)}.`;
  },
  findings(run) {
    if (!run.steps.length) return {};
    // What came before the last change, and what is now.
    const border = run.events.at(-1)?.step || run.step;
    const last = run.step - end;
    return {
      ...mapFindings(run),
      beforeVio: vioOf(run, border - end, border),
      aloneVio: vioOf(run, last, run.step),
      beforeLoss: between(run, 'loss', border - end, border),
      aloneLoss: between(run, 'loss', last, run.step),
    };
  },
  strip: [
    { finding: 'aloneVio', label: 'MaxVio at the end' },
    { finding: 'domainSpread', label: 'deviation of an expert’s load over the domains' },
  ],
  goals: [
    {
      name: 'own-domains',
      words: `After ${trained} steps of training on all domains with the balance loss, a deviation over the domains above 1, and MaxVio on all of them below 0.15.`,
      met: (run, _, { domainSpread, globalVio }) =>
        run.step >= trained &&
        run.settings.balancer === 'sequence-wise' &&
        Number(run.settings.balanceStrength) > 0 &&
        run.settings.moves === 'all' &&
        run.settings.writer === 'all' &&
        domainSpread > 1 &&
        globalVio < 0.15,
    },
  ],
  recorded: {
    default: used({}),
    none: used({ balancer: 'none' }),
    sequence: used({ balancer: 'sequence-wise', scope: 1 }),
    batch: used({ balancer: 'sequence-wise', scope: 8 }),
    quantile: used({ balancer: 'quantile' }),
    'bias-moves': used({}, 'bias'),
    training: used({}, 'all'),
    // Trained alone, to the step at which the others are put to use.
    'sequence-trained': {
      settings: { balancer: 'sequence-wise', scope: 1 },
      lastStep: trained,
      seeds: 5,
    },
    'batch-trained': {
      settings: { balancer: 'sequence-wise', scope: 8 },
      lastStep: trained,
      seeds: 5,
    },
  },
} satisfies LabDescription as LabDescription;
