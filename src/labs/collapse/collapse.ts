/** Why two experts take everything, and what stops them: the main lab of station 06. */
import type { LabDescription } from '../../lab/types';
import { clusterMap } from '../../views/cluster-map';
import { loadRiver } from '../../views/load-river';
import { lossCurve } from '../../views/loss-curve';
import { balanceFindings, balanceOf, balanceTitle, balanceWords } from './shared/balance';
import { balancerChoices } from './shared/balancers';

export default {
  name: 'collapse',
  experiment: 'moe-balance',
  title: balanceTitle,
  caption:
    'Share of the tokens that each expert receives while the mixture trains, two experts per token. Tokens come from 16 clusters, each with a linear map of its own, and all share one direction. Choose a balancer while it runs, or restart from the same seed.',
  controls: {
    balancer: { options: balancerChoices },
    balanceStrength: { default: 1, max: 10 },
    biasRate: {},
    topK: { max: 4 },
    experts: {},
    learningRate: { default: 0.005 },
    jitter: {},
    zLoss: {},
  },
  fixed: { router: 'softmax-top-k', capacityFactor: 8, fault: 'none' },
  views: [
    { view: loadRiver },
    { view: lossCurve, label: 'Loss', size: 'half' },
    { view: clusterMap, label: 'Who takes which cluster', size: 'half' },
  ],
  lastStep: 1000,
  describe: balanceWords,
  findings: balanceFindings,
  strip: [
    { finding: 'topTwoShare', label: 'tokens of the two busiest', format: 'percent' },
    { finding: 'deadExperts', label: 'dead experts' },
  ],
  goals: [
    {
      name: 'alive',
      words: 'All experts alive at the end, without a balancing loss.',
      met: (run) =>
        run.step >= 1000 &&
        balanceOf(run).dead === 0 &&
        (run.settings.balanceStrength === 0 ||
          !['switch', 'importance'].includes(String(run.settings.balancer))),
    },
    {
      name: 'even',
      words: 'MaxVio below 0.1 within 1,000 steps.',
      met: (run) => run.step >= 200 && balanceOf(run).maxVio < 0.1,
    },
  ],
  recorded: {
    default: { balancer: 'none' },
    switch: { balancer: 'switch' },
    importance: { balancer: 'importance' },
    bias: { balancer: 'bias' },
    rescue: {
      settings: { balancer: 'none' },
      changes: [{ step: 300, name: 'balancer', value: 'switch' }],
    },
  },
} satisfies LabDescription as LabDescription;
