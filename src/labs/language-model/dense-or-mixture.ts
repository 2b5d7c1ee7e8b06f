/** Dense against mixtures, on the axis that the reader chooses: pilot of station 10. */
import { count, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { curves } from '../../views/curves';

const small: Settings = { expertHidden: 8, sharedExperts: 0, topK: 3 };

const contestants = (experts: number) => [
  { name: 'dense', label: 'dense, 24 units', settings: { sparse: 'none', denseHidden: 24 } },
  {
    name: 'table',
    label: `${experts} experts, by a table`,
    settings: {
      ...small,
      sparse: 'but-first',
      experts,
      denseHidden: 24,
      router: 'hash',
      balancer: 'none',
    },
  },
  {
    name: 'router',
    label: `${experts} experts, by a router`,
    settings: { ...small, sparse: 'but-first', experts, denseHidden: 24 },
  },
];

/** Of the lane that is furthest. */
const stepOf = (run: RunData): number => Math.max(0, ...(run.lanes ?? []).map(({ step }) => step));

const lossOf = (run: RunData): number => recent(run, 'loss', 0.1)[0] ?? Number.NaN;

const called = { dense: 'dense model', table: 'table', router: 'router' };

export default {
  name: 'dense-or-mixture',
  experiment: 'decoder',
  plan: {
    kind: 'race',
    lanes: ({ experts }) => contestants(Number(experts)),
    axes: ['steps', 'flops', 'seconds'],
  },
  title(run, found) {
    const names = (['dense', 'table', 'router'] as const).filter((name) => found[name] > 0);
    if (!names.length) return 'Three language models at the start';
    const [first] = names.sort((a, b) => found[a] - found[b]);
    return `The ${called[first]} leads after ${count(stepOf(run))} steps: ${value(found[first])} nats a character`;
  },
  caption:
    'Three decoders read the same lines from the same seed: a dense one, one whose experts are chosen by a table that dice have filled, and one with a learned router. Dense and table have as many numbers at work on a character, 32,096; the router has its own beside them. Switch the axis: steps, operations, or seconds on your device.',
  controls: {
    experts: { min: 4, max: 16, step: 4, default: 16 },
    corpus: { only: ['yard', 'register'] },
    learningRate: { default: 0.014 },
  },
  fixed: {
    wagons: 768,
    sparse: 'none',
    topK: 3,
    expertHidden: 8,
    sharedExperts: 0,
    denseHidden: 24,
    router: 'sigmoid-normalised',
    balancer: 'bias',
    balanceStrength: 0,
    biasRate: 0.003,
    rateSteps: 300,
  },
  views: [
    {
      view: curves({
        name: 'race',
        of: 'loss',
        label: 'cross-entropy, nats per character (log scale)',
      }),
    },
  ],
  lastStep: 300,
  describe(run, { dense, table, router }) {
    if (!stepOf(run)) return 'Nothing trained yet.';
    return `Over the last tenth, dense ${value(dense)}, table ${value(table)}, router ${value(router)} nats a character.`;
  },
  findings(run) {
    const of = (name: string) => {
      const lane = run.lanes?.find((each) => each.name === name);
      return lane ? lossOf(lane) : Number.NaN;
    };
    const [dense, table, router] = ['dense', 'table', 'router'].map(of);
    return { dense, table, router, tableLead: dense - table, routerLead: dense - router };
  },
  strip: [
    { finding: 'tableLead', label: 'lead of the table over dense', unit: 'nats' },
    { finding: 'routerLead', label: 'lead of the router over dense', unit: 'nats' },
  ],
  goals: [
    {
      name: 'table',
      words: 'The table ahead of the dense model by 0.08 nats at step 300.',
      met: (run, _, { tableLead }) => run.step >= 900 && tableLead >= 0.08,
    },
  ],
  recorded: { default: { settings: {}, seeds: 3 } },
} satisfies LabDescription as LabDescription;
