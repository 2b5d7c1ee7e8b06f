import * as tf from '../../../tensor/tf';
import type { Experiment } from '../../experiments/types';
import { pick, seenAndGradients } from '../../gradients';
import * as mlp from '../../networks/mlp';
import adam from '../../optimizers/adam';
import { grid, points, sample } from '../../tasks/curves';
import { scheduled } from './shared/schedule';

/**
 * Station 01: a network with one hidden layer is fitted to a curve, full batch, with Adam on the
 * mean squared error. The input `target` [points] is the curve on an even grid over [−1, 1]; the
 * reader may draw it while the network trains.
 */
export default {
  name: 'one-hidden-layer',
  reads: ['hidden', 'activation', 'learningRate', 'rateSteps'],
  takes: { target: 'curve' },
  metrics: { loss: { label: 'mean squared error' }, maxError: { label: 'largest error' } },

  defaultInputs: () => ({ target: { shape: [points], data: sample('wave') } }),

  start(settings, seed) {
    const hidden = Number(settings.hidden);
    const activation = mlp.activationNamed(String(settings.activation));
    if (!(Number.isInteger(hidden) && hidden >= 1))
      throw new Error(`A hidden layer needs at least 1 unit; ${settings.hidden} were asked for.`);
    const x = tf.tensor2d(grid, [points, 1]);
    const params = mlp.init({ hidden }, seed);
    const names = Object.keys(params);
    const rate = scheduled(settings);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],

      step({ state, live, inputs, random }) {
        const now = pick(state, names);
        const target = inputs.target as tf.Tensor1D;
        const { seen, grads } = seenAndGradients(now, (params) => {
          const error = tf.sub(mlp.forward(params, x, activation), target); // [points]
          return { loss: tf.mean(tf.square(error)) as tf.Scalar, error };
        });
        const { params: moved, state: moments } = adam.update(
          now,
          grads,
          state,
          rate(live, random),
        );
        return {
          state: { ...moved, ...moments },
          metrics: { loss: seen.loss, maxError: tf.max(tf.abs(seen.error)) },
        };
      },

      probes: {
        fit: ({ state }) => mlp.forward(state, x, activation),
        pieces: ({ state }) => mlp.pieces(state, x, activation),
        target: ({ inputs }) => tf.clone(inputs.target),
      },

      dispose: () => x.dispose(),
    };
  },
} satisfies Experiment;
