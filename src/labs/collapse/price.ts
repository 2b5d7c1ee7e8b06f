/** What balance costs: seven mixtures, one strength each: station 06. */
import { percent, plain, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { balancePrice } from '../../views/balance-price';

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

export default {
  name: 'price',
  experiment: 'balance-sweep',
  title(run) {
    const points = pointsOf(run);
    if (!points.length) return 'Seven strengths of balance, not yet trained';
    const { strength, maxVio } = best(points);
    if (strength === 0) return 'So far, no balancing gives the lowest task loss';
    return `The lowest task loss is at α = ${plain(strength)}, where the busiest expert is ${percent(maxVio)} above its fair share`;
  },
  caption:
    'Seven mixtures start from the same weights and see the same tokens; only the weight α of the balancing loss differs. Above what the task costs, below how uneven the load is.',
  controls: {
    balancer: { only: ['switch', 'importance'], default: 'switch' },
    topK: { max: 4 },
    experts: {},
    learningRate: { default: 0.005 },
  },
  views: [{ view: balancePrice }],
  lastStep: 1000,
  describe(run) {
    const points = pointsOf(run);
    if (!points.length) return 'Nothing trained yet.';
    const low = best(points);
    const last = points.at(-1)!;
    return `Lowest task loss ${value(low.loss)} at α = ${plain(low.strength)}, MaxVio ${value(low.maxVio)}; at α = ${plain(last.strength)} task loss ${value(last.loss)}, MaxVio ${value(last.maxVio)}.`;
  },
  findings(run) {
    const points = pointsOf(run);
    const low = best(points);
    const last = points.at(-1)!;
    return {
      bestStrength: low.strength,
      lossAtBest: low.loss,
      maxVioAtBest: low.maxVio,
      lossAtStrongest: last.loss,
      maxVioAtStrongest: last.maxVio,
      lossWithout: points[0].loss,
      maxVioWithout: points[0].maxVio,
    };
  },
  strip: [
    { finding: 'lossAtBest', label: 'lowest task loss' },
    { finding: 'maxVioAtBest', label: 'overload there', format: 'percent' },
  ],
  recorded: { default: {}, importance: { balancer: 'importance' } },
} satisfies LabDescription as LabDescription;
