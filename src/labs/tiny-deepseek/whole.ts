/** The whole model, every piece of it a switch: station 17. */
import type { LabDescription } from '../../lab/types';
import { texts } from '../language-model/shared/texts';
import { asks, coinsOf, controls, describe, fixed, lastStep, titleOf, views } from './shared/coins';

const { firstBias: _, ...others } = fixed;

/** The library's text, and what two trackers had in its place: barred experts score 0. */
const zeroFilled = {
  file: 'src/model/group-limited.ts',
  from: 'bias: (input.bias ? tf.add(bars, input.bias) : bars) as tf.Tensor2D,',
  to: 'bias: tf.sub(tf.mul(tf.add(scores, input.bias ?? 0), tf.add(1, tf.div(bars, 1e30))), scores) as tf.Tensor2D,',
};

export default {
  name: 'whole',
  experiment: 'whole',
  title: titleOf,
  caption:
    'Four layers, the first dense, the others with sixteen experts on four nodes; latent attention; and one module that predicts one character further. The model reads the yard’s lines, four rows of 64 characters in each step. The loss is on rows that it never learns from; nodes and drafts are means over the last tenth of the steps, each batch judged before the model learns from it. Take pieces out, and see which gauge moves.',
  controls: { ...controls, firstBias: { group: 'a test' } },
  fixed: others,
  views,
  presets: texts,
  asks,
  lastStep,
  describe,
  findings: coinsOf,
  strip: [
    { finding: 'loss', label: 'loss', unit: 'nats' },
    { finding: 'busiest', label: 'busiest expert, times its share' },
  ],
  goals: [
    {
      name: 'awake',
      words:
        'With your own code in the cell, a limit of two nodes and biases that start at another number than 0: a character visits fewer than 1.9 nodes or more than 2.1, after 20 steps or more.',
      met: (run, _, { nodes }) =>
        Boolean(run.code?.length) &&
        run.settings.mostGroups === 2 &&
        run.step >= 20 &&
        run.settings.firstBias !== 0 &&
        (nodes < 1.9 || nodes > 2.1),
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
    shifted: { settings: { firstBias: -1 }, seeds: 5 },
    asleep: { settings: {}, code: [zeroFilled], seeds: 5 },
    awake: { settings: { firstBias: -1 }, code: [zeroFilled], seeds: 5, lastStep: 60 },
  },
} satisfies LabDescription as LabDescription;
