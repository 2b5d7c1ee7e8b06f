/** Why two experts take everything, and what stops them: the main lab of station 06. */
import type { LabDescription } from '../../lab/types';
import { clusterMap } from '../../views/cluster-map';
import { loadRiverByFactors } from '../../views/load-river';
import { lossCurve } from '../../views/loss-curve';
import { balanceFindings, balanceTitle, balanceWords } from './shared/balance';
import { balancerChoices } from './shared/balancers';
import { routerChoices } from './shared/routers';

/** The Switch loss with the share that each expert should have; no change of the lab's, but of the code. */
const wanting = (weighed: string) => ({
  settings: { balancer: 'switch' },
  code: [
    {
      file: 'src/model/balancing/switch.ts',
      from: '  return tf.mul(tf.sum(tf.mul(load, meanScore)), experts);',
      to: `  const wanted = tf.tensor1d([2, 1, 1, 1, 1, 1, 1, 1]);
  return tf.mul(tf.sum(tf.${weighed}(tf.mul(load, meanScore), wanted)), experts);`,
    },
  ],
});

const uneven = { router: 'softmax-top-k-renormalised', skew: 1.5 };

export default {
  name: 'collapse',
  experiment: 'moe-balance',
  title: balanceTitle,
  caption:
    'The width of a band is the share of the assignments that one expert receives while the mixture trains. Tokens come from 16 clusters, each with a linear map of its own, and all tokens share one direction. You can choose a balancer while it runs, or restart from the same seed.',
  controls: {
    balancer: { options: balancerChoices },
    balanceStrength: { default: 1, max: 10 },
    biasRate: {},
    router: { options: routerChoices },
    topK: { max: 4 },
    experts: {},
    routerDeviation: {},
    expertsLearn: {},
    common: {},
    skew: {},
    learningRate: {},
    jitter: {},
    zLoss: {},
  },
  fixed: { capacityFactor: 8, fault: 'none' },
  views: [
    { view: loadRiverByFactors },
    { view: lossCurve, label: 'Loss', size: 'half' },
    { view: clusterMap, label: 'Who takes which cluster', size: 'half' },
  ],
  lastStep: 1000,
  describe: balanceWords,
  findings: balanceFindings,
  strip: [
    { finding: 'topTwoShare', label: 'assignments of the two busiest', format: 'percent' },
    { finding: 'deadExperts', label: 'dead experts' },
  ],
  goals: [
    {
      name: 'alive',
      words: 'No expert is dead after 1,000 steps, without a balance loss.',
      met: (run, _, { deadExperts }) =>
        run.step >= 1000 &&
        deadExperts === 0 &&
        (run.settings.balanceStrength === 0 ||
          !['switch', 'importance'].includes(String(run.settings.balancer))),
    },
    {
      name: 'favoured',
      words:
        'Expert A has twice the share of each other expert (1.7 to 2.3 times their mean), and the others are even among themselves (MaxVio below 0.25), over the last twentieth of at least 500 steps. You have to change the code for that.',
      met: (run, _, { firstToOthers, othersMaxVio }) =>
        run.step >= 500 && firstToOthers > 1.7 && firstToOthers < 2.3 && othersMaxVio < 0.25,
    },
    {
      name: 'even',
      words: 'Global MaxVio below 0.1 over the last twentieth of the run, within 1,000 steps.',
      met: (run, _, { maxVioGlobal }) => run.step >= 200 && maxVioGlobal < 0.1,
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
    'rescue-importance': {
      settings: { balancer: 'none' },
      changes: [{ step: 300, name: 'balancer', value: 'importance' }],
    },
    // One cause taken away at a time.
    'nothing-common': { common: 0 },
    frozen: { expertsLearn: false },
    renormalised: { router: 'softmax-top-k-renormalised' },
    random: { router: 'random' },
    // Neither of them balances.
    'z-loss': { zLoss: 0.1 },
    jitter: { jitter: 0.1 },
    // The comparison of loss and bias again, from a router that starts with opinions.
    'wide-switch': { balancer: 'switch', routerDeviation: 0.3 },
    'wide-bias': { balancer: 'bias', routerDeviation: 0.3 },
    // What the exercise that changes the loss comes to, and its mistake.
    favoured: wanting('div'),
    'favoured-wrong': wanting('mul'),
    // And on unevenly drawn clusters, with gates that do not shrink as scores flatten.
    'uneven-weak': { ...uneven, balancer: 'switch', balanceStrength: 0.03 },
    'uneven-switch': { ...uneven, balancer: 'switch' },
    'uneven-bias': { ...uneven, balancer: 'bias' },
  },
} satisfies LabDescription as LabDescription;
