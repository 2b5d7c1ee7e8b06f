import * as tf from '../../../tensor/tf';
import type { Experiment } from '../../experiments/types';
import { pick, seenAndGradients } from '../../gradients';
import * as mlp from '../../networks/mlp';
import adam from '../../optimizers/adam';
import { grid, points, sample } from '../../tasks/curves';
import type { Params } from '../../types';
import { scheduled } from './shared/schedule';

/** Hidden units of the networks that train side by side. */
const widths = [1, 2, 4, 8, 16, 32, 64, 128];

/**
 * Station 01: the same curve fitted by networks of eight widths at once, so that error against
 * width is a live picture. They share no weights: their units stand side by side in one layer, and
 * a constant matrix sums each network's own. Adam moves every weight by itself, so each network
 * takes the steps it would take alone.
 */
export default {
  name: 'width-sweep',
  reads: ['activation', 'learningRate', 'rateSteps'],
  takes: { target: 'curve' },
  metrics: {
    loss: { label: 'mean of the errors' },
    losses: { label: 'mean squared error of each network' },
  },

  defaultInputs: () => ({ target: { shape: [points], data: sample('wave') } }),

  start(settings, seed) {
    const activation = mlp.activationNamed(String(settings.activation));
    const x = tf.tensor2d(grid, [points, 1]);
    const membership = ownUnits();
    const params = sideBySide(seed);
    const names = Object.keys(params);
    const rate = scheduled(settings);

    /** [points, networks] */
    const answers = (p: Params) => {
      const weighed = tf.mul(mlp.units(p, x, activation), p['out.weight']); // [points, units]
      return tf.add(tf.matMul(weighed as tf.Tensor2D, membership), p['out.bias']);
    };

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: { firstUnits: widths.map((hidden) => plainUnits(hidden, seed)) },

      step({ state, live, inputs, random }) {
        const now = pick(state, names);
        const target = tf.reshape(inputs.target, [points, 1]);
        const { seen, grads } = seenAndGradients(now, (p) => {
          const losses = tf.mean(tf.squaredDifference(answers(p), target), 0); // [networks]
          return { loss: tf.sum(losses) as tf.Scalar, losses };
        });
        const { params: moved, state: moments } = adam.update(
          now,
          grads,
          state,
          rate(live, random),
        );
        const { losses } = seen;
        return { state: { ...moved, ...moments }, metrics: { loss: tf.mean(losses), losses } };
      },

      probes: {
        widths: () => tf.tensor1d(widths),
        fits: ({ state }) => tf.transpose(answers(state)), // [networks, points]
        target: ({ inputs }) => tf.clone(inputs.target),
      },

      dispose: () => tf.dispose([x, membership]),
    };
  },
} satisfies Experiment;

/** The hidden units that a network starts with: one [slope, offset] each. */
function plainUnits(hidden: number, seed: number): number[][] {
  const { slopes, offsets } = mlp.firstUnits(hidden, seed);
  return Array.from(slopes, (slope, i) => [slope, offsets[i]]);
}

/** [units, networks]: 1 where the unit belongs to the network. */
function ownUnits(): tf.Tensor2D {
  const rows = widths.flatMap((width, network) =>
    Array.from({ length: width }, () => widths.map((_, other) => (other === network ? 1 : 0))),
  );
  return tf.tensor2d(rows);
}

/** The networks' first weights, joined: all [1, units] but the biases. */
function sideBySide(seed: number): Params {
  return tf.tidy(() => {
    const each = widths.map((hidden) => mlp.init({ hidden }, seed));
    const joined = (name: string, axis: number) =>
      tf.concat(
        each.map((params) => params[name]),
        axis,
      );
    return {
      'hidden.weight': joined('hidden.weight', 1),
      'hidden.bias': joined('hidden.bias', 0),
      'out.weight': tf.reshape(joined('out.weight', 0), [1, -1]),
      'out.bias': tf.zeros([widths.length]),
    };
  });
}
