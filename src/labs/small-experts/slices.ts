/** Eight experts cut into ever more slices, at equal hidden units: the main lab of station 07. */
import { count, percent, sentence, value } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import type { Findings, LabDescription, Lane, PlannedLane, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { runsOf } from '../../views/series';
import { sheet } from '../../views/sheet';
import { faithful, kindMaps, ownKinds } from './shared/kinds';
import { lossOf } from './shared/loss';
import { setsInWords } from './shared/sets';

/** Where its router is paid for, one more is cut: there the bill shows. */
const lanes = (routerPaid: unknown): PlannedLane[] =>
  [1, 2, 4, 8, ...(routerPaid ? [12] : [])].map((slices) => ({
    name: `of${8 * slices}`,
    label: `${8 * slices} experts`,
    settings: { slices },
  }));

/** The same as a run at rest was found to have: a page draws of fewer rows than that is made of. */
const toldLoss = (run: RunData, lane: RunData): number => {
  const { findings = {} } = run as RunData & { findings?: Findings };
  return findings[`${(lane as Partial<Lane>).name}.loss`] ?? lossOf(lane);
};

/** The experts of a lane: 8 times what one is cut into, before the session says so. */
const expertsOf = ({ facts, settings }: RunData): number =>
  Number(facts?.experts ?? 8 * Number(settings.slices));

/** How the slices are chosen, at the end of a line. */
const ways: Record<string, string> = {
  each: 'each slice by itself',
  together: 'slices of an expert together',
  hand: 'by hand',
  more: 'more whole experts',
};

const nameOf = ({ settings }: RunData): string => {
  const way = ways[String(settings.chosen)] ?? 'loss';
  const more = [
    settings.needs === 2 ? '' : `${settings.needs} ${settings.needs === 1 ? 'kind' : 'kinds'}`,
    settings.gateSum === 'root' ? 'gates √k' : '',
    settings.routerPaid ? 'router paid for' : '',
  ].filter(Boolean);
  return [way, ...more].join(', ');
};

const lossByNumber = against({
  name: 'loss-by-number',
  reads: { metrics: ['loss'], maybe: ['experts'] },
  x: { label: 'experts (log scale)', scale: 'log', ticks: [8, 16, 32, 64] },
  y: { label: 'loss, as a share of the answers’ variance (log scale)', scale: 'log' },
  lines(run) {
    const done = runsOf(run).filter((lane) => lane.steps.length);
    const line = { at: done.map(expertsOf), values: done.map((lane) => toldLoss(run, lane)) };
    if (!done.length) return [];
    return [
      { ...line, name: nameOf(run) },
      { ...line, name: 'measured', measured: true, like: 0 },
    ];
  },
  namesPast: true,
  aspect: 0.46,
});

const sizes = sheet({
  name: 'sizes',
  reads: {
    metrics: ['loss'],
    facts: ['experts', 'hidden', 'topK', 'sets', 'routerShare'],
    probes: ['setsInUse'],
  },
  nothing: 'Nothing has been counted yet.',
  of(run) {
    const known = runsOf(run).filter(({ facts, steps }) => facts?.experts && steps.length);
    return {
      columns: [
        'experts × units',
        'chosen (k)',
        'possible sets of k',
        'sets in use by 512 tokens',
        'router’s share of the arithmetic',
        'loss',
      ],
      rows: known.map((lane) => [
        `${lane.facts!.experts} × ${lane.facts!.hidden}`,
        String(lane.facts!.topK),
        setsInWords(Number(lane.facts!.sets)),
        count(lane.probes.setsInUse?.data[0] ?? 0),
        percent(Number(lane.facts!.routerShare)),
        value(toldLoss(run, lane)),
      ]),
    };
  },
});

function ofLane(lane: RunData): Findings {
  if (!lane.steps.length) return {};
  return {
    loss: lossOf(lane),
    faithful: faithful(lane),
    ownKinds: ownKinds(lane),
    setsInUse: lane.probes.setsInUse?.data[0] ?? 0,
  };
}

function findings(run: RunData): Findings {
  const all = laneFindings(run, ofLane);
  const [whole, cut] = [all['of8.loss'], all['of32.loss']];
  if (whole === undefined || cut === undefined) return all;
  const losses = lanes(run.settings.routerPaid).map(({ name }) => all[`${name}.loss`]);
  return {
    ...all,
    gain: whole / cut,
    left: cut / whole,
    least: Math.min(...losses.filter(Number.isFinite)),
  };
}

/** All mixtures have taken their steps. */
const ended = ({ lanes = [] }: RunData) =>
  lanes.length > 0 && lanes.every(({ step }) => step >= 1500);

/** Losses that differ by no more than this factor are told as alike. */
const clear = 1.15;

export default {
  name: 'slices',
  experiment: 'slices',
  plan: { kind: 'race', lanes: ({ routerPaid }) => lanes(routerPaid), axes: ['steps'] },
  title(run, { gain, left, ...all }) {
    const [whole, cut] = [all['of8.loss'], all['of32.loss']];
    if (gain === undefined) return 'Eight experts, cut finer and finer, not yet trained';
    const losses = `${value(cut)} against ${value(whole)}`;
    const { chosen } = run.settings;
    if (chosen === 'more')
      return `32 whole experts, two for each token, end at ${percent(left)} of the loss of 8: ${losses}`;
    const way =
      chosen === 'hand'
        ? 'Sorted by hand, '
        : chosen === 'together'
          ? 'Chosen four at a time, '
          : '';
    if (gain > clear)
      return `${way}32 slices end at ${percent(left)} of the loss of 8 experts: ${losses}`;
    if (gain < 1 / clear)
      return sentence(
        `${way}8 whole experts beat 32 slices: ${value(whole)} against ${value(cut)}`,
      );
    return `${way}32 slices end like 8 experts: ${losses}`;
  },
  caption:
    'Mixtures train side by side on the same tokens. The first has eight experts of 32 units, two of them for each token. In the others the same experts are cut into 16, 32 and 64 slices, and the number chosen grows in proportion. All have equally many hidden units, equally many of them at work, and the same arithmetic in the experts. The answer to a token is the sum of the parts of its kinds. A learned router has the Switch loss of station 06 beside the task, with a weight of 0.01.',
  controls: {
    chosen: {},
    needs: {},
    routerPaid: {},
    gateSum: {},
    learningRate: { min: 0.002, max: 0.05 },
  },
  fixed: { slices: 1 },
  views: [
    { view: lossByNumber },
    {
      view: kindMaps,
      label: 'Which expert takes which kind',
    },
    { view: sizes, label: 'The mixtures in numbers' },
  ],
  lastStep: 1500,
  describe(_, { gain, ...all }) {
    if (gain === undefined) return 'Nothing trained yet.';
    const losses = Object.entries(all)
      .filter(([name]) => name.endsWith('.loss'))
      .map(([name, loss]) => `${name.slice(2, -5)} experts ${value(loss)}`);
    return `Loss: ${losses.join(', ')}. Kinds with an expert of their own: ${all['of8.ownKinds']} of 8 with 8 experts, ${all['of32.ownKinds']} of 8 with 32.`;
  },
  findings,
  strip: [
    { finding: 'of8.loss', label: 'loss of 8 experts' },
    { finding: 'of32.loss', label: 'loss of 32 slices' },
    { finding: 'of64.loss', label: 'loss of 64 slices' },
  ],
  goals: [
    {
      name: 'packets',
      words:
        '32 slices end below a loss of 0.02 after 1,500 steps, with the slices of an expert chosen together.',
      met: (run, _, all) =>
        run.settings.chosen === 'together' && ended(run) && all['of32.loss'] < 0.02,
    },
    {
      name: 'half',
      words:
        '32 slices with at most 128 units in all, eight slices for each token, end below a loss of 0.055 after 1,500 steps. You have to change the code for that.',
      met(run, _, all) {
        const lane = run.lanes?.find(({ name }) => name === 'of32');
        const { experts, hidden, topK } = lane?.facts ?? {};
        return (
          ended(run) &&
          Number(experts) * Number(hidden) <= 128 &&
          topK === 8 &&
          all['of32.loss'] < 0.055
        );
      },
    },
  ],
  nameRun: nameOf,
  behind: ['together', 'hand'],
  recorded: {
    default: { settings: {}, seeds: 5 },
    together: { settings: { chosen: 'together' }, seeds: 4 },
    hand: { settings: { chosen: 'hand' }, seeds: 3 },
    paid: { settings: { routerPaid: true }, seeds: 3 },
    'one-kind': { settings: { needs: 1 }, seeds: 4 },
    more: { settings: { chosen: 'more' }, seeds: 3 },
    'hand-root': { settings: { chosen: 'hand', gateSum: 'root' }, seeds: 3 },
    'packets-one': { settings: { chosen: 'together', needs: 1 }, seeds: 3 },
  },
} satisfies LabDescription as LabDescription;
