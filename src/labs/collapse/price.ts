/** What balance costs: seven mixtures, one strength each: station 06. */
import { percent, plain, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { balancePrice } from '../../views/balance-price';
import { routerChoices } from './shared/routers';

interface Point {
  strength: number;
  loss: number;
  maxVio: number;
}

function pointsOf(run: RunData): Point[] {
  const losses = recent(run, 'taskLoss', 0.05);
  const overloads = recent(run, 'maxVio', 0.05);
  return Array.from(run.probes.strengths?.data ?? [], (strength, i) => ({
    strength: Number(strength.toPrecision(4)),
    loss: losses[i],
    maxVio: overloads[i],
  })).filter(({ loss }) => Number.isFinite(loss));
}

const best = (points: Point[]) => points.reduce((a, b) => (b.loss < a.loss ? b : a));

const at = (points: Point[], strength: number): Point =>
  points.find((point) => point.strength === strength) ?? { strength, loss: NaN, maxVio: NaN };

export default {
  name: 'price',
  experiment: 'balance-sweep',
  title(_, { bestStrength, maxVioAtBest }) {
    if (bestStrength === undefined) return 'Seven strengths of balance, not yet trained';
    if (bestStrength === 0) return 'So far, the task loss is lowest without balancing';
    return `The lowest task loss is at α = ${plain(bestStrength)}, where a batch’s busiest expert is ${percent(maxVioAtBest)} above its fair share`;
  },
  caption:
    'Seven mixtures start from the same weights and see the same tokens; only the weight α of the balance loss differs. The upper curve is the task loss; the lower one shows how uneven the load of a batch is. With s above 0, some clusters are drawn more often than others.',
  controls: {
    balancer: { only: ['switch', 'importance'], default: 'switch' },
    router: {
      options: routerChoices.filter(({ value }) => value !== 'random'),
      default: 'softmax-top-k-renormalised',
    },
    skew: { default: 1.5 },
    topK: { max: 4 },
    experts: {},
    learningRate: {},
  },
  fixed: { routerDeviation: 0.01, common: 1 },
  views: [{ view: balancePrice }],
  lastStep: 1000,
  describe(_, findings) {
    const { bestStrength, lossAtBest, maxVioAtBest, lossAtOne, maxVioAtOne } = findings;
    if (bestStrength === undefined) return 'Nothing trained yet.';
    return `The lowest task loss is ${value(lossAtBest)}, at α = ${plain(bestStrength)}, with a batch MaxVio of ${value(maxVioAtBest)}. At α = 1 the task loss is ${value(lossAtOne)}, and batch MaxVio ${value(maxVioAtOne)}.`;
  },
  findings(run): Findings {
    const points = pointsOf(run);
    if (!points.length) return {};
    const [low, none, one] = [best(points), at(points, 0), at(points, 1)];
    return {
      bestStrength: low.strength,
      lossAtBest: low.loss,
      maxVioAtBest: low.maxVio,
      lossWithout: none.loss,
      maxVioWithout: none.maxVio,
      lossAtOne: one.loss,
      maxVioAtOne: one.maxVio,
    };
  },
  strip: [
    { finding: 'lossAtBest', label: 'lowest task loss' },
    { finding: 'maxVioAtBest', label: 'overload there', format: 'percent' },
  ],
  recorded: {
    default: {},
    even: { skew: 0 },
    'one-expert': { router: 'softmax-top-k', topK: 1, skew: 2 },
  },
} satisfies LabDescription as LabDescription;
