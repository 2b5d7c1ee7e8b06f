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
    return `${routerTitle(run)}: single draws miss their mean by ${value(spread)} times its length; the mean of ${count(run.step)} misses the exact arrow by ${percent(off)}`;
  },
  caption:
    'This is the token of the first lab, and its logits do not move. Each step draws one expert, with the scores as probabilities. A point is what this draw says about where the logits of A and C should go. The arrows are the mean of all draws so far and the exact arrow, which points down the slope of the expected loss. Below is the distance between the two.',
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
    return `After ${count(run.step)} ${run.step === 1 ? 'draw' : 'draws'} with ${routerName(run)}, their mean is off by ${percent(off)} of the exact arrow’s length. Over very many draws, a single one misses their mean by ${value(spread)} times its length, and the cosine between that mean and the exact arrow is ${value(cosine)}.`;
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
