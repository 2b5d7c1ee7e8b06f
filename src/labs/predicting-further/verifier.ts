/** You are the verifier: drafts of five letters, judged by a needle in the reader's hand. Station 14. */
import { count, percent } from '../../lab/format';
import { latest } from '../../lab/run';
import type { Findings, LabDescription } from '../../lab/types';
import { numbers } from '../../model/experiments/types';
import { curves } from '../../views/curves';
import { draftDesk } from '../../views/draft-desk';
import { ruleShares } from '../../views/rule-shares';
import { begun, judgedBy, most } from './shared/desk';

const input = (needles: number[]) => ({
  needles: { shape: [most], data: Float32Array.from(needles) },
});

export default {
  name: 'verifier',
  plan: {
    kind: 'table',
    takes: { needles: 'numbers' },
    compute(_settings, inputs) {
      const given = Array.from(numbers(inputs, 'needles')?.data ?? begun(20));
      if (given.length !== most)
        throw new Error(
          `There are ${most} drafts: the needles must be ${most} numbers below 1, −1 where none is placed; got ${given.length}.`,
        );
      // What float32 adds to 0.4 is nobody's.
      return judgedBy(given.map((needle) => Number(needle.toPrecision(6))));
    },
  },
  title(_run, { judged, off, chance, accepted }) {
    if (!judged) return 'A draft waits to be judged';
    return `${percent(accepted)} of ${count(judged)} drafts accepted; the text is ${percent(off)} off the model, where chance alone gives about ${percent(chance)}`;
  },
  caption:
    'Model (outlines) and drafter each have a distribution over five letters. The drafter proposes; you judge. Spin the needle, and it falls by chance; or put it where you like, which is cheating. A rejected letter is replaced by one that the drafter had put too low.',
  controls: {},
  views: [
    { view: draftDesk },
    {
      view: { ...ruleShares, name: 'desk-shares', aspect: 0.5, narrowAspect: 0.7 },
      size: 'half',
      label: 'Written so far, and the model’s distribution',
    },
    {
      view: curves({
        name: 'desk-distance',
        of: [
          { metric: 'distance', name: 'your text' },
          { metric: 'chance', name: 'chance alone' },
        ],
        label: 'total variation from the model',
        scale: 'linear',
        say: (x) => percent(x),
        share: 0.001,
        stepNoun: 'drafts judged',
        aspect: 0.5,
      }),
      size: 'half',
      label: 'How far it is off',
    },
  ],
  lastStep: 1,
  describe(_run, { judged, off }) {
    if (!judged) return 'No draft judged yet.';
    return `${count(judged)} letters are written; ${percent(off)} of the probability is in the wrong place.`;
  },
  findings(run): Findings {
    return {
      judged: run.steps.length,
      accepted: run.steps.length ? latest(run, 'accepted') : 0,
      off: run.steps.length ? latest(run, 'distance') : 0,
      chance: run.steps.length ? latest(run, 'chance') : 0,
      alpha: Number(run.facts?.alpha ?? 0),
    };
  },
  goals: [
    {
      name: 'strict',
      words: 'All 60 drafts judged, and neither t nor o nor n in the text.',
      met: (run, _, { judged }) =>
        judged === most && [2, 3, 4].every((letter) => run.probes.shares.data[letter] === 0),
    },
  ],
  presets: [
    { name: 'start', label: 'twenty by chance', inputs: () => input(begun(20)) },
    { name: 'all', label: 'all sixty by chance', inputs: () => input(begun(most)) },
    { name: 'none', label: 'none yet', inputs: () => input(begun(0)) },
  ],
  recorded: { default: {} },
} satisfies LabDescription as LabDescription;
