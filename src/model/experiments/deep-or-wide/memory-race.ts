import * as tf from '../../../tensor/tf';
import * as experts from '../../experts/relu';
import * as crossEntropy from '../../layers/cross-entropy';
import { within } from '../../layers/names';
import * as deepMlp from '../../networks/deep-mlp';
import adam from '../../optimizers/adam';
import { batch, onDevice } from '../../samples';
import memorise from '../../tasks/memorise';
import type { Params } from '../../types';
import { type Experiment, read, type Settings } from '../types';
import { costOf, shareRight, stepTogether, together } from './shared/contest';

const reads = ['items', 'equal', 'budget', 'learningRate'] as const;

const bits = 16;
const inputs = 2 * bits;
const classes = 8;
const rowsPerStep = 256;
const depths = [1, 2, 4];
const counts = [2, 4, 8];

/**
 * Station 02: who remembers more of a list of random strings: one, two or four hidden layers, or
 * several networks of one hidden layer of which the string's first bits choose one. No router:
 * there is nothing to be learned about choosing.
 */
export default {
  name: 'memory-race',
  reads,
  metrics: {
    loss: { label: 'mean of the losses' },
    losses: { label: 'cross-entropy of each contestant', unit: 'nats' },
  },

  start(settings, seed) {
    const { items } = read(settings, reads);
    const { dense, sparse } = contestantsOf(settings);
    const options = { items, bits, classes };
    const sample = memorise.sample(seed, items, options);
    const signs = (sample.inputs as Float32Array).map((bit) => 2 * bit - 1);
    const all = onDevice('classes', memorise.shape(options), { ...sample, inputs: signs });
    const params = together({
      ...Object.fromEntries(dense.map((net, i) => [`dense${i}`, deepMlp.init(net, seed)])),
      ...Object.fromEntries(sparse.map((net, i) => [`sparse${i}`, experts.init(net, seed)])),
    });
    const names = Object.keys(params);
    const logitsOf = (from: Params, x: tf.Tensor2D): tf.Tensor2D[] => [
      ...dense.map((net, i) => deepMlp.forward(within(`dense${i}`, from), x, net)),
      ...sparse.map((net, i) =>
        experts.forward(within(`sparse${i}`, from), x, gatesOf(x, net.experts), x.shape[0]),
      ),
    ];

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: factsOf(settings),

      step(now) {
        const rows = batch(all, rowsPerStep, now.random);
        const { state, losses, loss } = stepTogether(
          names,
          now,
          (from) =>
            tf.stack(
              logitsOf(from, rows.inputs).map((logits) =>
                crossEntropy.forward(logits, rows.targets as tf.Tensor1D),
              ),
            ) as tf.Tensor1D,
        );
        return { state, metrics: { loss, losses } };
      },

      probes: {
        /** [contestants]: share of the list that is answered right. */
        known: ({ state }) =>
          tf.stack(logitsOf(state, all.inputs).map((logits) => shareRight(logits, all.targets))),
      },

      dispose: () => tf.dispose({ ...all }),
    };
  },
} satisfies Experiment;

/** Dense networks of the budget, and sparse ones: as many units each, or in all, as one layer has. */
export function contestantsOf(settings: Settings) {
  const { equal, budget } = read(settings, reads);
  const shape = { inputs, outputs: classes, activation: 'relu' as const };
  const dense: deepMlp.DeepMlpConfig[] = depths.map((depth) => ({
    ...shape,
    widths: Array<number>(depth).fill(deepMlp.widthFor({ ...shape, depth }, budget, costOf(equal))),
  }));
  const units = budget / (inputs + classes);
  const sparse = counts.map((count) => ({
    experts: count,
    dim: inputs,
    hidden: Math.max(1, Math.floor(equal === 'multiplications' ? units : units / count)),
    out: classes,
  }));
  return { dense, sparse };
}

function factsOf(settings: Settings) {
  const { dense, sparse } = contestantsOf(settings);
  const perUnit = inputs + classes;
  return {
    contestants: [
      ...depths.map((depth) => (depth === 1 ? 'one layer' : `${depth} layers`)),
      ...counts.map((count) => `${count} networks, one used`),
    ],
    sizes: [
      ...dense.map(deepMlp.parameters),
      // Each unit has a bias, each network one for every class.
      ...sparse.map(({ experts: count, hidden }) => count * (hidden * (perUnit + 1) + classes)),
    ],
    multiplications: [
      ...dense.map(deepMlp.multiplications),
      ...sparse.map(({ hidden }) => hidden * perUnit),
    ],
    classes,
  };
}

/** Which network the first bits of a string name, as gates: [rows, count] of 0 and 1. */
function gatesOf(x: tf.Tensor2D, count: number): tf.Tensor2D {
  const first = Math.log2(count);
  const powers = tf.tensor2d(Array.from({ length: first }, (_, i) => [2 ** i]));
  const ones = tf.div(tf.add(tf.slice(x, [0, 0], [-1, first]), 1), 2) as tf.Tensor2D;
  const named = tf.round(tf.matMul(ones, powers)); // [rows, 1]
  const numbers = tf.reshape(tf.range(0, count), [1, count]);
  return tf.cast(tf.equal(named, numbers), 'float32') as tf.Tensor2D;
}
