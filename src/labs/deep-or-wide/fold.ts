/** The construction moved away from its exact weights, and trained: station 02. */
import { count, plain } from '../../lab/format';
import type { LabDescription, RunData } from '../../lab/types';
import { answers } from '../../views/answers';
import { basinMap, basinOf } from '../../views/basin-map';

const backAt = (run: RunData, distance?: number) =>
  basinOf(run).find((row) => row.distance === distance)?.back ?? 0;

export default {
  name: 'fold',
  experiment: 'basin',
  title(run, { back0_01, back0_1, backRandom }) {
    const folds = `${plain(Number(run.settings.folds))} folds`;
    if (run.step < 20) return `${folds}: 120 networks start away from the exact weights`;
    return `${folds}: moved by 0.01, ${count(back0_01)} of 20 come back; by 0.1, ${count(back0_1)}; from random weights, ${count(backRandom)}`;
  },
  caption:
    'Here are 120 networks of exactly the size that folding takes. In each row they start from the written-down weights, moved by noise of another size; the last row starts from random weights. A cell is full if its network has an error below 0.001. Below is the answer of the first network of each row.',
  controls: { folds: { default: 3, min: 2 }, moved: {}, learningRate: { default: 0.003 } },
  views: [
    { view: basinMap },
    {
      view: answers({ name: 'first-answers', probe: 'fits', names: 'rows' }),
      label: 'The first network of each row',
    },
  ],
  lastStep: 1000,
  describe(run) {
    if (!run.steps.length) return 'Nothing trained yet.';
    const all = basinOf(run).reduce((sum, { back }) => sum + back, 0);
    return `${count(all)} of 120 starts have come back after ${count(run.step)} steps.`;
  },
  findings: (run) => ({
    back0_003: backAt(run, 0.003),
    back0_01: backAt(run, 0.01),
    back0_03: backAt(run, 0.03),
    back0_1: backAt(run, 0.1),
    backRandom: backAt(run),
  }),
  strip: [{ finding: 'back0_03', label: 'starts moved by 0.03 that come back, of 20' }],
  goals: [
    {
      name: 'back',
      words: 'With four folds, at least 15 of the 20 starts of some row come back.',
      met: (run) =>
        run.settings.folds === 4 && run.step >= 500 && basinOf(run).some(({ back }) => back >= 15),
    },
  ],
  recorded: {
    default: { settings: { folds: 3 }, seeds: 5 },
    four: { settings: { folds: 4 }, seeds: 5 },
    five: { settings: { folds: 5 }, seeds: 5 },
    // What the exercise that changes the construction comes to.
    upwards: {
      settings: { folds: 4 },
      seeds: 5,
      code: [
        {
          file: 'src/model/networks/tent-network.ts',
          from: 'deviation * noise()',
          to: 'deviation * Math.abs(noise())',
        },
      ],
    },
  },
} satisfies LabDescription as LabDescription;
