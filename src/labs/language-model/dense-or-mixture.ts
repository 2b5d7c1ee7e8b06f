/** Dense models against mixtures, on the axis that the reader chooses: station 10. */
import { count, listed, sentence, value } from '../../lab/format';
import type { Axis, Findings, LabDescription, PlannedLane } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { race } from '../../views/race';
import { lastShare, lossesAt, stepOf } from './shared/losses';
import { smallMixture } from './shared/small-mixture';

const mixture: Settings = { sparse: 'but-first' };

/** Units of dense layers with as many numbers at work as the routed mixture, and with as many in all. */
export const equalAtWork = (experts: number) => 24 + experts / 4;
export const equalInAll = (experts: number) => 6 + 6.25 * experts;

const contestants = (experts: number): PlannedLane[] => [
  {
    name: 'small',
    label: 'small dense',
    settings: { sparse: 'none', denseHidden: equalAtWork(experts) },
  },
  {
    name: 'large',
    label: 'large dense',
    settings: { sparse: 'none', denseHidden: equalInAll(experts) },
  },
  {
    name: 'router',
    label: 'mixture, router',
    settings: mixture,
  },
  {
    name: 'table',
    label: 'mixture, table',
    settings: { ...mixture, router: 'hash' },
  },
];

const called: Record<string, string> = {
  small: 'the small dense model',
  large: 'the large dense model',
  router: 'the mixture with a router',
  table: 'the mixture with a table',
};

const per: Record<Axis, string> = { steps: 'step', flops: 'operation', seconds: 'second' };
const axes: Axis[] = ['steps', 'flops', 'seconds'];

const names = ['small', 'large', 'router', 'table'];
const endings: Record<Axis, string> = { steps: '', flops: 'ByOperations', seconds: 'BySeconds' };

/** Who has the least loss at equal steps, operations or seconds; nobody until all have a number. */
function leader(found: Findings, axis: Axis): string | undefined {
  // At equal operations the small dense model is behind its own end by a few steps: its end will do.
  const losses = names.map((name) => ({
    name,
    loss: found[name + endings[axis]] ?? found[name],
  }));
  if (!losses.every(({ loss }) => Number.isFinite(loss))) return undefined;
  return losses.sort((a, b) => a.loss - b.loss)[0].name;
}

/** "Per step and per second, the large dense model leads; per operation, the mixture with a table". */
function leaders(found: Findings): string {
  const ways = new Map<string, string[]>();
  for (const axis of axes) {
    const first = leader(found, axis);
    if (first) ways.set(first, [...(ways.get(first) ?? []), `per ${per[axis]}`]);
  }
  const parts = [...ways].map(([name, places], i) =>
    i === 0 ? `${listed(places)}, ${called[name]} leads` : `${listed(places)}, ${called[name]}`,
  );
  return sentence(parts.join('; '));
}

const view = race({
  name: 'race',
  of: 'loss',
  label: 'cross-entropy, nats per character (log scale)',
  share: lastShare,
});

export default {
  name: 'dense-or-mixture',
  experiment: 'decoder',
  plan: { kind: 'race', lanes: ({ experts }) => contestants(Number(experts)), axes },
  title: (_run, found) => leaders(found) || 'Four language models at the start',
  caption:
    'Two dense decoders and two mixtures read the same lines, from the same seed and at the same constant rate. The small dense model has exactly as many numbers at work on a character as the mixture with a router; the large one has as many as that mixture has in all. The fourth model has the same experts but no router, and so fewer numbers: a table filled by dice says which three a character gets. Switch the axis to steps, operations, or seconds on your device.',
  controls: {
    experts: { min: 4, max: 32, step: 4, default: 16 },
    router: {
      only: ['sigmoid-normalised', 'softmax-top-k-renormalised', 'softmax-top-k'],
      default: 'sigmoid-normalised',
      change: 'restart',
      label: 'router of the mixture',
    },
    biasRate: { default: 0.003 },
    learningRate: { default: 0.014 },
  },
  fixed: { ...smallMixture, sparse: 'none', balancer: 'bias' },
  views: [{ view }],
  lastStep: 160,
  describe(run, { small, large, table, router }) {
    if (!stepOf(run)) return 'Nothing trained yet.';
    return `Mean loss over the last twentieth of ${count(stepOf(run))} steps: large dense ${value(large)}, small dense ${value(small)}, table ${value(table)}, router ${value(router)} nats a character.`;
  },
  findings(run) {
    const all = Object.fromEntries(axes.map((axis) => [axis, lossesAt(run, axis)]));
    const { small, large, router, table } = all.steps;
    const operations = (name: string) =>
      Number(run.lanes?.find((lane) => lane.name === name)?.facts?.flopsPerStep ?? Number.NaN);
    const secondsOf = (name: string) =>
      run.lanes?.find((lane) => lane.name === name)?.seconds?.at(-1) ?? Number.NaN;
    return {
      small,
      large,
      router,
      table,
      tableLead: small - table,
      routerLead: small - router,
      largeLead: small - large,
      largeByOperations: all.flops.large,
      routerByOperations: all.flops.router,
      tableByOperations: all.flops.table,
      smallBySeconds: all.seconds.small,
      largeBySeconds: all.seconds.large,
      routerBySeconds: all.seconds.router,
      tableBySeconds: all.seconds.table,
      largeOperations: operations('large') / operations('small'),
      routerSeconds: secondsOf('router') / secondsOf('small'),
      tableSeconds: secondsOf('table') / secondsOf('small'),
      largeSeconds: secondsOf('large') / secondsOf('small'),
    };
  },
  strip: [
    { finding: 'tableLead', label: 'lead of the table over the small dense model', unit: 'nats' },
    { finding: 'routerLead', label: 'lead of the router over the small dense model', unit: 'nats' },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
