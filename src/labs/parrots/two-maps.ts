/** The same models, two questions: what experts add to each. Station 12. */
import { count, percent } from '../../lab/format';
import type { Findings, LabDescription, PlannedLane } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { ofLanes } from '../../views/lanes';
import { phaseMap } from '../../views/phase-map';
import { scatter } from '../../views/scatter';
import { asks, dense, isDone, most, parrotOf, shares, sparse } from './shared/cells';

const lastStep = 600;
const widths = [4, 8, 16];

/** The ends first, so that the picture is there before the sweep is over. */
const lanes = ({ expertHidden }: Settings): PlannedLane[] => {
  const hidden = Number(expertHidden);
  const each = (of: (question: string, width: number) => PlannedLane) =>
    [8, 16, 4].flatMap((width) => [of('facts', width), of('hands', width)]);
  return [
    ...each((question, width) => dense(question, width, hidden)),
    ...each((question, width) => sparse(question, width, most, hidden)),
    ...each((question, width) => sparse(question, width, 4, hidden)),
    ...each((question, width) => sparse(question, width, 8, hidden)),
  ];
};

const map = (name: string, quantity: string, from: number) =>
  phaseMap({
    name,
    x: { setting: 'experts', label: 'experts', say: (e) => (e === 1 ? 'dense' : String(e)) },
    y: { setting: 'squeeze', label: 'width m' },
    of: { probe: 'right' },
    quantity,
    from,
    to: 1,
    say: (x) => percent(x),
    aspect: 0.72,
    narrowAspect: 0.8,
  });

const byNumbers = (name: string, label: string, floor?: boolean) =>
  scatter({
    name,
    x: { of: { fact: 'parameters' }, label: 'numbers in all', scale: 'log' },
    y: { of: { probe: 'right' }, label, from: floor ? 0.45 : 0, to: 1.02, say: (x) => percent(x) },
    lines: 'squeeze',
    rules: (run) =>
      floor
        ? [
            { at: parrotOf(run), words: 'the parrot', side: 'left' },
            { at: 0.5, words: 'guessing', side: 'left' },
          ]
        : [{ at: 1 / 8, words: 'guessing' }],
    aspect: 0.72,
    narrowAspect: 0.9,
  });

/** One point of a line is named: the mixture of sixteen, at its end. */
const byWidth = ({ settings }: { settings: Settings }) =>
  settings.experts === most ? `m ${settings.squeeze}` : '';

export default {
  name: 'two-maps',
  experiment: 'two-questions',
  plan: { kind: 'sweep', lanes, lastStep },
  title(run, found) {
    const done = (run.lanes ?? []).filter((lane) => isDone(lane, lastStep));
    if (!done.length) return 'Twelve models and two questions, not yet trained';
    const ends = [found.facts_8_dense, found.facts_8_16, found.hands_8_dense, found.hands_8_16];
    if (ends.some((share) => !share))
      return `${count(done.length)} of 24 models are trained: the ends of both maps come first`;
    const [facts, factsOf16, hands, handsOf16] = ends.map((share) => percent(share));
    return `At width 8, sixteen experts know ${factsOf16} of the facts, a dense net ${facts}; they get ${handsOf16} of unseen hands right, the dense net ${hands}`;
  },
  caption:
    'Each cell is one model, trained alone. Rows differ in the width m of the squeeze, columns in the number of experts, one of which answers each question. The dense net has at least as many numbers at work as the mixture of sixteen. Facts are random strings, asked for again; hands are pairs that no model has seen. The parrot repeats the answer of the most similar pair that there was to learn from.',
  controls: {
    expertHidden: { min: 8, max: 32, step: 8, default: 32, change: 'restart' },
    pairs: {},
    facts: {},
    sentBy: {},
    learningRate: { default: 0.01 },
  },
  fixed: { question: 'facts', squeeze: 8, experts: 4 },
  views: [
    {
      view: ofLanes(map('facts-map', 'of the facts known', 1 / 8), { of: asks('facts') }),
      label: 'Facts to know by heart',
      size: 'half',
    },
    {
      view: ofLanes(map('hands-map', 'of unseen hands right', 0.5), { of: asks('hands') }),
      label: 'Hands to compare, never seen before',
      size: 'half',
    },
    {
      view: ofLanes(byNumbers('facts-by-numbers', 'share of the facts known'), {
        of: asks('facts'),
        called: byWidth,
      }),
      size: 'half',
    },
    {
      view: ofLanes(byNumbers('hands-by-numbers', 'share of unseen hands right', true), {
        of: asks('hands'),
        facts: ['parrot'],
        called: byWidth,
      }),
      size: 'half',
    },
  ],
  lastStep,
  describe(run, found) {
    const done = (run.lanes ?? []).filter((lane) => isDone(lane, lastStep));
    if (!done.length) return 'Nothing trained yet.';
    const rows = widths.map((width) => {
      const of = (question: string) =>
        [found[`${question}_${width}_dense`], found[`${question}_${width}_16`]]
          .map((share) => (share ? percent(share) : 'not yet trained'))
          .join(' and ');
      return `m ${width}: facts ${of('facts')}, unseen hands ${of('hands')}`;
    });
    return `${count(done.length)} of 24 models are trained. Dense net and sixteen experts: ${rows.join('; ')}.`;
  },
  findings(run): Findings {
    const found = shares(run, lastStep);
    return { ...found, parrot: parrotOf(run) };
  },
  strip: [
    { finding: 'facts_8_16', label: 'facts, m 8, sixteen experts', format: 'percent' },
    { finding: 'hands_8_16', label: 'unseen hands, m 8, sixteen experts', format: 'percent' },
  ],
  goals: [
    {
      name: 'rule',
      words: 'The narrowest dense net knows 99 % of 4,096 facts.',
      met: (run, _answers, found) => run.settings.facts === 4096 && found.facts_4_dense >= 0.99,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;
