/** One, two and four layers of one size on points in the plane: station 02. */
import { count, percent, sentence } from '../../lab/format';
import type { LabDescription } from '../../lab/types';
import { decisionMaps } from '../../views/decision-maps';

const layers = ['one layer', 'two layers', 'four layers'];

export default {
  name: 'plane',
  experiment: 'plane-race',
  title(run, { right1, right2, right4 }) {
    if (!run.steps.length) return 'Three networks of one size, not yet trained';
    const all = [right1, right2, right4];
    const best = all.indexOf(Math.max(...all));
    return `${sentence(layers[best])} ${best ? 'tell' : 'tells'} the points apart best: ${percent(all[best])} right`;
  },
  caption:
    'Three networks with about equally many parameters, in one, two and four hidden layers, learn to tell two classes of points apart. The colour of a place is the class that the network gives it, and its strength is how sure the network is. The points are those learned from; the share that is right is counted on 2,000 others.',
  controls: {
    plane: {},
    turns: {},
    budget: { default: 300, min: 100, max: 1000, step: 20 },
    learningRate: { default: 0.01 },
  },
  views: [
    { view: decisionMaps({ name: 'maps', probe: 'maps', right: 'right', names: () => layers }) },
  ],
  lastStep: 1500,
  describe: (run, { right1, right2, right4 }) =>
    run.steps.length
      ? `After ${count(run.step)} steps one layer tells ${percent(right1)} of the points right, two layers ${percent(right2)}, four layers ${percent(right4)}.`
      : 'Nothing trained yet.',
  findings(run) {
    const [right1, right2, right4] = Array.from(run.probes.right?.data ?? []);
    return { right1, right2, right4, twoOverOne: right2 - right1 };
  },
  strip: [{ finding: 'right2', label: 'right with two layers', format: 'percent' }],
  recorded: {
    default: { settings: {}, seeds: 8 },
    squares: { settings: { plane: 'squares' }, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;
