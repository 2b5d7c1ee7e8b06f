import * as tf from '../../../tensor/tf';
import * as crossEntropy from '../../layers/cross-entropy';
import { within } from '../../layers/names';
import * as deepMlp from '../../networks/deep-mlp';
import adam from '../../optimizers/adam';
import { onDevice } from '../../samples';
import shapes from '../../tasks/shapes';
import spirals from '../../tasks/two-spirals';
import type { Params, TaskOptions } from '../../types';
import { type Experiment, read, type Settings } from '../types';
import { shareRight, stepTogether, together } from './shared/contest';

const reads = ['plane', 'turns', 'budget', 'learningRate'] as const;

const depths = [1, 2, 4];
const trainingRows = 400;
const unseenRows = 2000;
/** Cells of a decision map along each side, over [−1, 1]. */
const cells = 41;

/** Station 02: one, two and four hidden layers of one budget part two classes of points. */
export default {
  name: 'plane-race',
  reads,
  metrics: {
    loss: { label: 'mean of the losses' },
    losses: { label: 'cross-entropy of each network', unit: 'nats' },
  },

  start(settings, seed) {
    const nets = netsOf(settings);
    const { task, options } = taskOf(settings);
    const shape = task.shape(options);
    const sample = task.sample(seed, trainingRows, options);
    const seen = onDevice(task.kind, shape, sample);
    const unseen = onDevice(task.kind, shape, task.sample(seed, unseenRows, options, 'unseen'));
    const grid = tf.tensor2d(gridOf(cells), [cells * cells, 2]);
    const params = together(
      Object.fromEntries(nets.map((net, i) => [`net${i}`, deepMlp.init(net, seed)])),
    );
    const names = Object.keys(params);
    const logitsOf = (from: Params, x: tf.Tensor2D) =>
      nets.map((net, i) => deepMlp.forward(within(`net${i}`, from), x, net));

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: {
        depths,
        widths: nets.map(({ widths }) => widths),
        sizes: nets.map(deepMlp.parameters),
        cells,
        points: Array.from(sample.inputs),
        classes: Array.from(sample.targets),
      },

      step(now) {
        const { state, losses, loss } = stepTogether(
          names,
          now,
          (from) =>
            tf.stack(
              logitsOf(from, seen.inputs).map((logits) =>
                crossEntropy.forward(logits, seen.targets as tf.Tensor1D),
              ),
            ) as tf.Tensor1D,
        );
        return { state, metrics: { loss, losses } };
      },

      probes: {
        /** [3, cells, cells]: probability of the second class, rows from the bottom up. */
        maps: ({ state }) =>
          tf.stack(
            logitsOf(state, grid).map((logits) =>
              tf.reshape(tf.slice(tf.softmax(logits), [0, 1], [-1, 1]), [cells, cells]),
            ),
          ),
        /** [3]: share of the unseen points that are right. */
        right: ({ state }) =>
          tf.stack(
            logitsOf(state, unseen.inputs).map((logits) => shareRight(logits, unseen.targets)),
          ),
      },

      dispose: () => tf.dispose([{ ...seen }, { ...unseen }, grid]),
    };
  },
} satisfies Experiment;

/** One, two and four equal hidden layers that come closest to the budget. */
export function netsOf(settings: Settings): deepMlp.DeepMlpConfig[] {
  const { budget } = read(settings, reads);
  const shape = { inputs: 2, outputs: 2, activation: 'relu' as const };
  return depths.map((depth) => ({
    ...shape,
    widths: Array<number>(depth).fill(deepMlp.widthFor({ ...shape, depth }, budget)),
  }));
}

function taskOf(settings: Settings) {
  const { plane, turns } = read(settings, reads);
  const options: TaskOptions =
    plane === 'squares' ? { shape: 'squares', noise: 0 } : { turns, noise: 0.02 };
  return { task: plane === 'squares' ? shapes : spirals, options };
}

/** Points of an even grid over [−1, 1]², x fastest. */
const gridOf = (side: number) =>
  Float32Array.from({ length: side * side * 2 }, (_, i) => {
    const cell = i >> 1;
    const at = i % 2 === 0 ? cell % side : Math.floor(cell / side);
    return -1 + (2 * (at + 0.5)) / side;
  });
