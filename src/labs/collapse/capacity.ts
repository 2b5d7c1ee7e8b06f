/** What happens to tokens that find their expert full: station 06. */
import { percent, plain } from '../../lab/format';
import type { LabDescription } from '../../lab/types';
import { loadBars } from '../../views/load-bars';
import { loadRiver } from '../../views/load-river';
import { lossCurve } from '../../views/loss-curve';
import { balanceFindings, balanceWords } from './shared/balance';
import { routerChoices } from './shared/routers';

export default {
  name: 'capacity',
  experiment: 'moe-balance',
  title(run, { droppedShare }) {
    if (droppedShare === undefined) return 'No token has been routed yet';
    const factor = Number(run.settings.capacityFactor);
    const fair = factor === 1 ? 'exactly the fair share' : `${plain(factor)} times the fair share`;
    if (droppedShare < 0.0005) return `With room for ${fair}, nothing is dropped`;
    return `With room for ${fair}, ${percent(droppedShare, 1)} of the assignments are dropped`;
  },
  caption:
    'Each expert has room for its fair share of the batch times the capacity factor. Assignments beyond that are dropped; the pale band above the river shows them.',
  controls: {
    capacityFactor: { default: 1, min: 0.25, max: 4 },
    balancer: { only: ['none', 'importance', 'switch', 'bias'], default: 'switch' },
    balanceStrength: { default: 1, max: 10 },
    router: { options: routerChoices },
    experts: {},
    learningRate: {},
    topK: { max: 4 },
  },
  fixed: {
    routerDeviation: 0.01,
    expertsLearn: true,
    common: 1,
    skew: 0,
    biasRate: 0.003,
    zLoss: 0,
    jitter: 0,
    fault: 'none',
  },
  views: [
    { view: loadRiver },
    { view: lossCurve, label: 'Loss', size: 'half' },
    { view: loadBars, label: 'Load now', size: 'half' },
  ],
  lastStep: 1000,
  describe: balanceWords,
  findings: balanceFindings,
  strip: [{ finding: 'droppedShare', label: 'assignments dropped', format: 'percent' }],
  goals: [
    {
      name: 'none-dropped',
      words:
        'After 300 steps or more, less than 0.5 % of the assignments dropped, with a capacity factor of at most 1.5 from the start.',
      met: (run, _, { droppedShare }) =>
        run.step >= 300 &&
        Number(run.settings.capacityFactor) <= 1.5 &&
        run.events.length === 0 &&
        droppedShare < 0.005,
    },
  ],
  recorded: {
    default: {},
    roomy: { capacityFactor: 1.25 },
    'no-balancer': { balancer: 'none' },
    // What chance alone would drop.
    random: { router: 'random', balancer: 'none' },
    'random-roomy': { router: 'random', balancer: 'none', capacityFactor: 1.25 },
  },
} satisfies LabDescription as LabDescription;
