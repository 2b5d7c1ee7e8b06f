/** Sixteen experts against two dense nets: as many numbers at work, and as many in all. Station 12. */
import { count, percent, value } from '../../lab/format';
import type { Findings, LabDescription, PlannedLane } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { dots } from '../../views/dots';
import { ofLanes } from '../../views/lanes';
import { asks, dense, denseInAll, isDone, most, parrotOf, shares, sparse } from './shared/cells';

const lastStep = 600;

const lanes = ({ squeeze, expertHidden }: Settings): PlannedLane[] => {
  const [width, hidden] = [Number(squeeze), Number(expertHidden)];
  return ['facts', 'hands'].flatMap((question) => [
    { ...sparse(question, width, most, hidden), name: `${question}_16`, label: 'sixteen experts' },
    {
      ...dense(question, width, hidden),
      name: `${question}_work`,
      label: 'dense, at work',
    },
    {
      ...denseInAll(question, width, hidden),
      name: `${question}_all`,
      label: 'dense, in all',
    },
  ]);
};

const shareOf = (question: string, label: string) =>
  ofLanes(
    dots({
      name: `${question}-at-equal-size`,
      of: { probe: 'right' },
      label,
      first: 'given',
      say: (x) => percent(x, 1),
      rules: (run) =>
        question === 'facts'
          ? [{ at: 1 / 8, words: 'guessing' }]
          : [
              { at: 0.5, words: '½' },
              { at: parrotOf(run), words: 'the parrot' },
            ],
      aspect: 0.5,
      narrowAspect: 0.6,
    }),
    { of: asks(question), facts: question === 'facts' ? [] : ['parrot'] },
  );

export default {
  name: 'equal-size',
  experiment: 'two-questions',
  plan: { kind: 'sweep', lanes, lastStep },
  title(run, found) {
    const done = (run.lanes ?? []).filter((lane) => isDone(lane, lastStep));
    if (!done.length) return 'Sixteen experts and two dense nets, not yet trained';
    if (done.length < 6) return `${count(done.length)} of six models are trained`;
    const of = (model: string) =>
      `${percent(found[`facts_${model}`])} and ${percent(found[`hands_${model}`])}`;
    return `Right on facts and on unseen hands: sixteen experts ${of('16')}; dense with as many numbers at work, ${of('work')}; dense with as many in all, ${of('all')}`;
  },
  caption:
    'Three models of one width, trained separately for each question: sixteen experts, a dense net with as many numbers at work, and one with as many in all. A number is at work if it is used for a question: in a mixture the squeeze, the router and one expert, in a dense net everything.',
  controls: {
    squeeze: { min: 4, max: 16, step: 4, default: 16 },
    expertHidden: { min: 8, max: 32, step: 8, default: 32 },
    facts: {},
    pairs: {},
    learningRate: { default: 0.01 },
  },
  fixed: { question: 'facts', experts: 4, sentBy: 'router' },
  views: [
    {
      view: shareOf('facts', 'share of the facts known'),
      label: 'Facts to know by heart',
      size: 'half',
    },
    {
      view: shareOf('hands', 'share of unseen hands right'),
      label: 'Hands to compare, never seen before',
      size: 'half',
    },
  ],
  lastStep,
  describe(run) {
    const done = (run.lanes ?? []).filter((lane) => isDone(lane, lastStep));
    if (!done.length) return 'Nothing trained yet.';
    const words = done.map(
      (lane) =>
        `${lane.settings.question}, ${lane.label}: ${value(Number(lane.facts?.active))} numbers at work, ${value(Number(lane.facts?.parameters))} in all, ${percent(lane.probes.right.data[0], 1)} right`,
    );
    return `${words.join('; ')}.`;
  },
  findings(run): Findings {
    const work = (name: string) =>
      Number(run.lanes?.find((lane) => lane.name === name)?.facts?.active ?? 0);
    return {
      ...shares(run, lastStep),
      parrot: parrotOf(run),
      // How many times the numbers at work the large dense net has.
      times: work('facts_16') ? work('facts_all') / work('facts_16') : 0,
    };
  },
  strip: [
    { finding: 'facts_work', label: 'facts: dense, as many at work', format: 'percent' },
    { finding: 'hands_work', label: 'unseen hands: dense, as many at work', format: 'percent' },
  ],
  recorded: {
    default: { settings: {}, seeds: 3 },
  },
} satisfies LabDescription as LabDescription;
