/** Dense against mixtures, on the axis that the reader chooses: pilot of station 10. */
import { count, value } from '../../lab/format';
import { latest, recent } from '../../lab/run';
import type { LabDescription, Lane, RunData } from '../../lab/types';
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

const lossOf = (run: RunData): number => recent(run, 'loss', 0.1)[0] ?? Number.NaN;

/** Who leads at the end, in words. */
function leader(lanes: Lane[]): Lane | undefined {
  const trained = lanes.filter((lane) => lane.steps.length);
  return trained.sort((a, b) => lossOf(a) - lossOf(b))[0];
}

export default {
  name: 'dense-or-mixture',
  experiment: 'decoder',
  plan: {
    kind: 'race',
    lanes: ({ experts }) => contestants(Number(experts)),
    axes: ['steps', 'flops', 'seconds'],
  },
  title(run) {
    const first = leader(run.lanes ?? []);
    if (!first) return 'Three language models at the start';
    return `${first.label} leads after ${count(first.step)} steps: ${value(lossOf(first))} nats a character`;
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
  describe(run) {
    const lanes = (run.lanes ?? []).filter((lane) => lane.steps.length);
    if (!lanes.length) return 'Nothing trained yet.';
    return lanes.map((lane) => `${lane.label}: ${value(latest(lane, 'loss'))}`).join('; ');
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
