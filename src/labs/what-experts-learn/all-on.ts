/** Eight experts on, though two were trained to speak together: how loud each may be. Station 11. */
import { count, value } from '../../lab/format';
import { latestRow, listOf } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { bars } from '../../views/bars';
import { voices } from '../../views/voices';

/** Batches of a row of each kind. */
const lastStep = 8;

/** Names of the losses, in the order of the experiment's `manners`. */
const manners = ['chosen', 'shares', 'scores', 'alike', 'none', 'dice', 'sum'] as const;

const guessing = (run: RunData) => Math.log(Number(run.facts?.words ?? 48));

const whoSpeaks = bars({
  name: 'who-speaks',
  of: { metric: 'losses', names: { fact: 'manners' } },
  label: 'loss, nats per character',
  unsorted: true,
  rules: (run) => [{ at: guessing(run), words: 'guessing evenly' }],
  aspect: 0.3,
});

export default {
  name: 'all-on',
  experiment: 'all-on',
  title(run, { chosen, shares, sum }) {
    if (!run.steps.length) return 'A trained model, not yet tried with all its experts on';
    return `All experts on, in full: ${value(sum)} nats (guessing: ${value(guessing(run))}); weighed by shares of their scores: ${value(shares)}; as trained: ${value(chosen)}`;
  },
  caption:
    'A trained model reads unseen rows with other experts on than its routers chose, at all sparse layers at once. When all experts speak, it matters how they are weighed. Below is what the model writes each time, and its loss with one to eight experts for each character.',
  controls: {},
  views: [
    {
      view: { ...whoSpeaks, reads: { ...whoSpeaks.reads, facts: ['manners', 'words'] } },
      label: 'Who speaks',
    },
    { view: voices, label: 'What it writes then' },
    {
      view: against({
        name: 'how-many',
        reads: { metrics: ['numbers'], facts: ['counts', 'topK'] },
        x: { label: 'experts of a character', say: (k) => (Number.isInteger(k) ? count(k) : '') },
        y: { label: 'loss, nats per character' },
        lines: (run) => [
          {
            name: 'loss',
            at: listOf<number>(run, 'counts'),
            values: latestRow(run, 'numbers'),
          },
        ],
        mark: (run) => ({ at: Number(run.facts?.topK ?? 2), words: 'as trained' }),
        aspect: 0.3,
      }),
      label: 'How many speak',
    },
  ],
  asks: { written: { act: 'write', every: 600_000 } },
  lastStep,
  describe(run, { chosen, shares, scores, alike, sum, one, three }) {
    if (!run.steps.length) return 'Nothing has been read yet.';
    return `Loss with the chosen experts ${value(chosen)}; with all on, by shares of their scores ${value(shares)}, by their scores ${value(scores)}, with equal gates ${value(alike)}, in full ${value(sum)}. With one expert ${value(one)}, with three ${value(three)}.`;
  },
  findings(run) {
    const losses = latestRow(run, 'losses');
    const numbers = latestRow(run, 'numbers');
    return {
      ...Object.fromEntries(manners.map((name, i) => [name, losses[i] ?? 0])),
      one: numbers[0] ?? 0,
      two: numbers[1] ?? 0,
      three: numbers[2] ?? 0,
      eight: numbers[7] ?? 0,
      speaking: latestRow(run, 'speaking')[0] ?? 0,
    };
  },
  strip: [
    { finding: 'shares', label: 'all by shares of their scores', unit: 'nats' },
    { finding: 'sum', label: 'all in full', unit: 'nats' },
  ],
  goals: [
    {
      name: 'nearly',
      words:
        'With a weighing of your own and all experts on for every character, the loss is at most 0.022 nats above that of the chosen experts.',
      met: (run, _answers, { chosen, shares, speaking }) =>
        run.step >= lastStep &&
        speaking >= Number(run.facts?.experts) - 0.01 &&
        shares - chosen <= 0.022,
    },
  ],
  recorded: {
    default: { settings: {}, model: { lab: 'settle', eachSeed: true }, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;
