/** Experts that choose their tokens read the future: coins that nobody can foretell. Station 05. */
import { count, percent, value } from '../../lab/format';
import type { LabDescription } from '../../lab/types';
import { bars } from '../../views/bars';
import { curves } from '../../views/curves';
import { turnedCoins } from '../../views/turned-coins';

/** What nobody can beat: a fair coin, in nats. */
const best = Math.LN2;
const rule = () => [{ at: best, words: 'ln 2, a fair coin' }];

/** As little below the best as chance alone gives on 2,048 coins. */
const chance = 0.01;

export default {
  name: 'coins',
  experiment: 'coins',
  title(_run, { unseen, asGenerator }) {
    if (!(unseen > 0)) return 'Fair coins, and a model that has seen none';
    if (unseen < best - chance)
      return `${value(unseen)} nats on fair coins: too good to be true, and ${value(asGenerator)} where each coin chooses for itself`;
    return unseen < best + chance
      ? `${value(unseen)} nats on fair coins: as good as it can get`
      : `${value(unseen)} nats on fair coins: worse than not knowing`;
  },
  caption:
    'A fair coin is flipped again and again, and the model predicts the next flip. Nobody can have a loss below ln 2 = 0.693 nats on average. Above are some sequences of fresh coins with the experts that take each coin, first as the coins fell, then with the last one turned over. A frame marks an earlier coin that then has other experts.',
  controls: {
    chooser: { only: ['expert', 'token'] },
    experts: { default: 16, min: 4, max: 16, step: 4 },
    flips: {},
    learningRate: {},
  },
  views: [
    { view: turnedCoins, label: 'Who takes which coin' },
    {
      view: curves({
        name: 'coins-loss',
        of: 'loss',
        label: 'cross-entropy of the batch, nats per flip',
        scale: 'linear',
        rules: rule,
      }),
      size: 'half',
      label: 'Loss in training',
    },
    {
      view: bars({
        name: 'coins-unseen',
        of: { probe: 'unseen', names: ['chosen as in training', 'each coin for itself'] },
        label: 'nats per flip on fresh coins',
        unsorted: true,
        rules: rule,
      }),
      size: 'half',
      label: 'Loss on fresh coins',
    },
  ],
  lastStep: 500,
  describe(run, { unseen, asGenerator, rerouted }) {
    if (!(unseen > 0)) return 'Nothing trained yet.';
    return `After ${count(run.step)} steps the loss on fresh coins is ${value(unseen)} nats, and ${value(asGenerator)} where each coin chooses for itself. Turning the last coin changes the experts of ${percent(rerouted)} of the earlier ones.`;
  },
  findings(run) {
    const [unseen, asGenerator] = Array.from(run.probes.unseen?.data ?? []);
    return { unseen, asGenerator, rerouted: run.probes.rerouted?.data[0] ?? Number.NaN };
  },
  strip: [
    { finding: 'unseen', label: 'loss on fresh coins', unit: 'nats' },
    { finding: 'rerouted', label: 'earlier coins rerouted', format: 'percent' },
  ],
  recorded: {
    default: {},
    token: { chooser: 'token' },
    eight: { experts: 8 },
    four: { experts: 4 },
    long: { flips: 8 },
  },
} satisfies LabDescription as LabDescription;
