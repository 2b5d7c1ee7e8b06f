/** Is it the same text? Four rules for judging a draft, and what each of them writes: station 14. */
import { count, percent } from '../../lab/format';
import { latest, latestRow } from '../../lab/run';
import type { Findings, LabDescription } from '../../lab/types';
import { curves } from '../../views/curves';
import { ruleShares } from '../../views/rule-shares';

/** Drafts in one step. */
const drafts = 50;
const names = ['p/q, refill', 'p/q, nothing', 'drawn again, that draw', 'drawn again, refill'];

/** Share of the drafts that a changed rule may accept at most of what the rule accepts. */
const fewer = 0.9;

export default {
  name: 'same',
  experiment: 'same',
  plan: { kind: 'simulate' },
  title(run, { right, drop, chance }) {
    if (!run.steps.length) return 'Four rules, and no draft judged yet';
    const text = String(run.facts?.text ?? '')
      .trim()
      .split('\n')
      .at(-1);
    const where = text ? `After “${text}”, without the refill,` : 'Without the refill,';
    return `${where} ${percent(drop, 1)} of the probability is in the wrong place; with it, ${percent(right, 1)}, where chance alone gives ${percent(chance, 1)}`;
  },
  caption:
    'At one place of a text, the model has a distribution of the next character (outlines), and a module has another, from which drafts are drawn. Four rules judge the same drafts, 50 in each step; the filled bars are what they wrote. Below is how far that is from the model’s distribution, beside how far off as many draws from the model itself would be.',
  controls: { context: { default: 11 } },
  views: [
    { view: ruleShares },
    {
      view: curves({
        name: 'distance',
        of: [
          ...names.map((name, column) => ({ metric: 'distance', column, name })),
          { metric: 'chance', name: 'chance alone' },
        ],
        label: 'total variation from the model (log scale)',
        say: (x) => percent(x, 1),
        share: 0.001,
        stepNoun: 'rounds of 50 drafts',
        aspect: 0.34,
      }),
    },
  ],
  lastStep: 400,
  describe(run, { acceptedRight, acceptedOwn, alpha, agreement }) {
    if (!run.steps.length) return 'No draft judged yet.';
    return `Of ${count(run.step * drafts)} drafts the rule accepted ${percent(acceptedRight, 1)} (Σ min(p, q) is ${percent(alpha, 1)}); a second draw agreed with ${percent(acceptedOwn, 1)} (Σ p·q is ${percent(agreement, 1)}).`;
  },
  findings(run): Findings {
    const [right = 0, drop = 0, own = 0, mixed = 0] = latestRow(run, 'distance');
    const [acceptedRight = 0, , acceptedOwn = 0] = latestRow(run, 'accepted');
    const chance = run.steps.length ? latest(run, 'chance') : 0;
    return {
      right,
      drop,
      own,
      mixed,
      chance,
      acceptedRight,
      acceptedOwn,
      alpha: Number(run.facts?.alpha ?? 0),
      agreement: Number(run.facts?.agreement ?? 0),
      apart: Number(run.facts?.apart ?? 0),
    };
  },
  strip: [
    { finding: 'right', label: 'off with the refill', format: 'percent' },
    { finding: 'drop', label: 'off without it', format: 'percent' },
  ],
  goals: [
    {
      name: 'drawn-again',
      words:
        'With your own rule in the cell, after 20,000 drafts: at most three times as far from the model as chance gives, and fewer drafts accepted than by p/q, but more than one in twenty.',
      met: (run, _, { right, chance, acceptedRight, alpha }) =>
        run.step >= 400 &&
        right < 3 * chance &&
        acceptedRight < fewer * alpha &&
        acceptedRight > 0.05,
    },
  ],
  recorded: {
    default: { settings: {}, model: { lab: 'tape' } },
    'by-hand': {},
  },
} satisfies LabDescription as LabDescription;
