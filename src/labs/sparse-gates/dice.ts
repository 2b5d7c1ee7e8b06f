/** Learning from draws: what REINFORCE and straight through would do to four logits. Station 05. */
import { count, percent, value } from '../../lab/format';
import { latest } from '../../lab/run';
import type { Findings, LabDescription } from '../../lab/types';
import { curves } from '../../views/curves';
import { draws } from '../../views/draws';
import { routerName, routerTitle } from './shared/routers';

export default {
  name: 'dice',
  experiment: 'dice',
  title(run, { off, spread }) {
    if (!run.steps.length) return 'Four logits, and no expert drawn yet';
    return `${routerTitle(run)}: a draw misses its kind’s mean by ${value(spread)} lengths, the mean of ${count(run.step)} the exact arrow by ${percent(off)}`;
  },
  caption:
    'The token of the lab before, its logits held still. Each step draws one expert from the scores and asks the estimator where the logits of A and C should go: a point. Arrows: the mean of all draws so far, and the exact slope of the expected loss, turned downhill. Below, how far the mean is from it.',
  controls: {
    router: { only: ['reinforce', 'gumbel'], default: 'reinforce', change: 'restart' },
    baseline: {},
    temperature: { change: 'restart' },
  },
  views: [
    { view: draws({ name: 'draws', across: 0, upward: 2 }) },
    {
      view: curves({
        name: 'off',
        of: 'off',
        label: 'distance in lengths of the exact arrow (log scale)',
        say: value,
      }),
      label: 'How wrong the mean of the draws is',
    },
  ],
  lastStep: 1000,
  describe(run, { off, spread, cosine }) {
    if (!run.steps.length) return 'Nothing drawn yet.';
    return `${count(run.step)} draws with ${routerName(run)}: their mean is ${percent(off)} of the exact arrow’s length away from it. Of many draws, one misses the mean by ${value(spread)} times its length, and the mean’s cosine with the exact arrow is ${value(cosine)}.`;
  },
  findings(run): Findings {
    const judged = run.probes.judged?.data;
    if (!judged || !run.steps.length) return {};
    return {
      off: latest(run, 'off'),
      // Pushes are slopes turned downhill.
      pushA: -judged[0],
      pushB: -judged[1],
      pushC: -judged[2],
      pushD: -judged[3],
      spread: judged[4],
      cosine: judged[5],
    };
  },
  strip: [{ finding: 'off', label: 'distance after 1,000 draws', format: 'percent' }],
  nameRun: (run) =>
    run.settings.router === 'reinforce'
      ? run.settings.baseline
        ? 'REINFORCE'
        : 'no baseline'
      : `straight through, τ = ${Number(run.settings.temperature)}`,
  behind: ['through'],
  recorded: {
    default: {},
    'no-baseline': { baseline: false },
    through: { router: 'gumbel' },
    cold: { router: 'gumbel', temperature: 0.3 },
    warm: { router: 'gumbel', temperature: 3 },
  },
} satisfies LabDescription as LabDescription;
