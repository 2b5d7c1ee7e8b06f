import { normals } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import * as deepMlp from '../../networks/deep-mlp';
import * as tent from '../../networks/tent-network';
import adam from '../../optimizers/adam';
import { answer } from '../../tasks/tent-map';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import { column, middles, stepTogether } from './shared/contest';
import { answersOf, errorsOf, sideBySide } from './shared/side-by-side';

const reads = ['folds', 'moved', 'learningRate'] as const;

/** How far the starts are from the construction; the last are drawn at random. */
const distances = [0.003, 0.01, 0.03, 0.1, 0.3, Number.POSITIVE_INFINITY];
/** Starts of each distance. */
const starts = 20;
const points = 256;
/** An error below this counts as having found the construction again. */
const found = 0.001;

/**
 * Station 02: the network that folds a tent is written down, moved away from its exact weights by
 * normal noise, and trained. 120 of them at once, twenty at each of six distances.
 */
export default {
  name: 'basin',
  reads,
  metrics: {
    loss: { label: 'mean of the errors' },
    losses: { label: 'mean squared error of each start' },
  },

  start(settings, seed) {
    const { folds, moved } = read(settings, reads);
    const held = {
      x: column(middles(points)),
      y: column(middles(points).map((x) => answer(x, folds))),
    };
    const params = sideBySide(
      distances.flatMap((distance, row) =>
        Array.from({ length: starts }, (_, start) =>
          begin(folds, distance, moved, seed * 1000 + 100 * row + start),
        ),
      ),
    );
    const names = Object.keys(params);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: {
        distances: distances.map((distance) => (Number.isFinite(distance) ? distance : null)),
        rows: distances.map((distance) =>
          Number.isFinite(distance) ? `moved ${distance}` : 'at random',
        ),
        starts,
        found,
        places: middles(points),
        target: middles(points).map((x) => answer(x, folds)),
      },

      step(now) {
        const { state, losses, loss } = stepTogether(names, now, (from) =>
          errorsOf(from, held.x, held.y, folds),
        );
        return { state, metrics: { loss, losses } };
      },

      probes: {
        /** [6, points]: the answer of the first start of each distance. */
        fits: ({ state }) => {
          const first = distances.map((_, row) => row * starts);
          const chosen = Object.fromEntries(
            names.map((name) => [name, tf.gather(state[name], tf.tensor1d(first, 'int32'))]),
          );
          return tf.reshape(answersOf(chosen, held.x, folds), [distances.length, points]);
        },
      },

      dispose: () => tf.dispose(held),
    };
  },
} satisfies Experiment;

/** One network at this distance from the construction. */
function begin(folds: number, distance: number, moved: string, seed: number): Params {
  const config = tent.configOf(folds);
  if (!Number.isFinite(distance)) return deepMlp.init(config, seed, [0, 1]);
  if (moved === 'all') return tent.construct(folds, distance, seed);
  const step = normals(seed, 'creases');
  const params = tent.construct(folds);
  for (let layer = 0; layer < folds; layer++) {
    params[`layers.${layer}.bias`].dispose();
    // A crease is where the second unit of a layer begins.
    params[`layers.${layer}.bias`] = tf.tensor1d([0, -0.5 + distance * step()]);
  }
  return params;
}
