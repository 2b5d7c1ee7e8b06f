/** How many examples a rule needs with one expert, and with sixteen. Station 12. */
import { count, listed, percent } from '../../lab/format';
import { startRun } from '../../lab/run';
import type { Findings, LabDescription, Lane, PlannedLane, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { ofLanes } from '../../views/lanes';
import { scatter } from '../../views/scatter';
import { isDone } from './shared/cells';

const lastStep = 800;
const numbers = [2048, 8192, 65_536];
const crowds = [1, 16];

const nameOf = (experts: number, pairs: number) => `${experts}_of_${pairs}`;
const inWords = (experts: number) => (experts === 1 ? '1 expert' : `${experts} experts`);

const lanes = (): PlannedLane[] =>
  crowds.flatMap((experts) =>
    numbers.map((pairs) => ({
      name: nameOf(experts, pairs),
      label: `${inWords(experts)}, ${count(pairs)} pairs`,
      settings: { experts, pairs },
    })),
  );

/** What the parrot has right with as many pairs, as a lane of that many says. */
const parrotWith = (run: RunData, pairs: number): number =>
  Number((run.lanes ?? []).find((lane) => lane.settings.pairs === pairs)?.facts?.parrot ?? 0);

/** The parrot as lanes to be drawn: it trains nothing, and has no second number. */
const parrots = (run: RunData): Lane[] =>
  numbers
    .filter((pairs) => parrotWith(run, pairs) > 0)
    .map((pairs) => ({
      ...startRun({ experts: 'parrot', pairs }, run.seed),
      name: `parrot_${pairs}`,
      label: `the parrot, ${count(pairs)} pairs`,
      probes: { right: { shape: [1], data: [parrotWith(run, pairs)] } },
    }));

const largest = numbers[numbers.length - 1];
const atTheEnd = ({ settings }: { settings: Settings }) => {
  if (settings.pairs !== largest) return '';
  return settings.experts === 'parrot' ? 'the parrot' : inWords(Number(settings.experts));
};

export default {
  name: 'few-pairs',
  experiment: 'two-questions',
  plan: { kind: 'sweep', lanes, lastStep },
  title(run, found) {
    const done = (run.lanes ?? []).filter((lane) => isDone(lane, lastStep));
    if (!done.length) return 'One expert or sixteen, and hands to learn from';
    const both = numbers.filter((pairs) => found[nameOf(1, pairs)] && found[nameOf(16, pairs)]);
    if (!both.length) return `${count(done.length)} of ${run.lanes?.length} models are trained`;
    const of = (experts: number) => both.map((pairs) => percent(found[nameOf(experts, pairs)]));
    const sixteen = of(16).map(
      (share, i) => `${share}${i ? '' : ' of unseen hands'} with ${count(both[i])}`,
    );
    return `Sixteen experts are right on ${listed(sixteen)} pairs to learn from; one expert is right on ${listed(of(1))}`;
  },
  caption:
    'Filled: share right on unseen pairs of hands. Hollow: on pairs that the model could learn from. The longer the line between the two, the more was learned by heart. All models take equally many steps, of 256 pairs each. The parrot repeats the answer of the most similar pair.',
  controls: {
    squeeze: { min: 4, max: 16, step: 4, default: 8 },
    expertHidden: { min: 8, max: 32, step: 8, default: 32 },
    sentBy: {},
    learningRate: { default: 0.01 },
  },
  fixed: { question: 'hands', facts: 4096, experts: 4, pairs: 8192 },
  views: [
    {
      view: ofLanes(
        scatter({
          name: 'seen-and-unseen',
          x: {
            of: { setting: 'pairs' },
            label: 'pairs of hands to learn from',
            scale: 'log',
            say: count,
          },
          y: {
            of: { probe: 'right' },
            label: 'share of hands right',
            from: 0.45,
            to: 1.02,
            say: (x) => percent(x),
          },
          second: { of: { probe: 'right', at: 1 }, name: 'learned from' },
          lines: 'experts',
          rules: () => [{ at: 0.5, words: 'guessing', side: 'left' }],
        }),
        { beside: parrots, facts: ['parrot'], called: atTheEnd },
      ),
    },
  ],
  lastStep,
  describe(run, found) {
    const done = (run.lanes ?? []).filter((lane) => isDone(lane, lastStep));
    if (!done.length) return 'Nothing trained yet.';
    const words = done.map(
      ({ name, label }) =>
        `${label}: ${percent(found[name])} unseen, ${percent(found[`known_${name}`])} learned from`,
    );
    return `${count(done.length)} of ${run.lanes?.length} models are trained. ${words.join('; ')}.`;
  },
  findings(run): Findings {
    const all = (run.lanes ?? []).flatMap((lane): [string, number][] => {
      const data = isDone(lane, lastStep) ? lane.probes.right.data : [0, 0];
      return [
        [lane.name, data[0]],
        [`known_${lane.name}`, data[1]],
      ];
    });
    const parrot = numbers.map((pairs) => [`parrot_${pairs}`, parrotWith(run, pairs)]);
    const found = Object.fromEntries([...all, ...parrot]);
    // By how much sixteen experts are behind one.
    const gaps = numbers.map((pairs) => [
      `gap_${pairs}`,
      found[nameOf(1, pairs)] - found[nameOf(16, pairs)],
    ]);
    return { ...found, ...Object.fromEntries(gaps) };
  },
  strip: [
    { finding: nameOf(1, 8192), label: '1 expert, 8,192 pairs', format: 'percent' },
    { finding: nameOf(16, 8192), label: '16 experts, 8,192 pairs', format: 'percent' },
  ],
  goals: [
    {
      name: 'ahead',
      words:
        'With 65,536 pairs, sixteen experts get more than nine in ten unseen hands right, and at least 0.1 more than one expert.',
      met: (_run, _answers, found) =>
        found[nameOf(16, largest)] > 0.9 &&
        found[nameOf(1, largest)] > 0 &&
        found[nameOf(16, largest)] >= found[nameOf(1, largest)] + 0.1,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
    dice: { settings: { sentBy: 'dice' }, seeds: 3 },
    'small-experts': { settings: { squeeze: 16, expertHidden: 8 }, seeds: 3 },
  },
} satisfies LabDescription as LabDescription;
