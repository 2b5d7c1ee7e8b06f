import { normals, uniforms } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import { memberErrors } from '../../ensembles/averaging';
import { bootstrap } from '../../ensembles/bagging';
import * as members from '../../ensembles/members';
import { pick, seenAndGradients } from '../../gradients';
import adam from '../../optimizers/adam';
import noisyCurve, { answer } from '../../tasks/noisy-curve';
import { shuffled } from '../../tasks/rules/options';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import { along, column } from './shared/rows';

const reads = ['hidden', 'steepness', 'rows', 'noise', 'learningRate'] as const;

const waves = 1;
/** Samples of the same places, differing in noise alone. */
const trials = 16;
/** Members of one ensemble. */
const count = 8;
/** Places at which the spread is measured. */
const shown = 61;

const kinds = ['the same points', 'a resample each', 'an eighth each'] as const;

/**
 * Station 03: what averaging does to chance. On each of sixteen noisy samples three ensembles of
 * eight are trained: on the whole sample, on a resample each, on an eighth each. All 384 members
 * take their step together and share no weight.
 */
export default {
  name: 'spread',
  reads,
  metrics: { loss: { label: 'mean squared error of a member, on its points' } },

  start(settings, seed) {
    const s = read(settings, reads);
    const all = kinds.length * trials * count;
    const config = {
      members: all,
      inputs: 1,
      hidden: s.hidden,
      outputs: 1,
      steepness: s.steepness,
    };
    const { inputs } = noisyCurve.sample(seed, s.rows, { noise: 0, waves });
    const { targets, weights } = samplesOf(Array.from(inputs), s.noise, seed);
    const grid = along(shown);
    const held = {
      x: column(inputs),
      targets: tf.tensor3d(targets, [s.rows, all, 1]),
      weights: tf.tensor2d(weights, [s.rows, all]),
      at: column(grid),
      truth: tf.tensor(
        grid.map((x) => answer(x, waves)),
        [shown, 1, 1],
      ),
    };
    const params = members.init(config, seed);
    const names = Object.keys(params);
    /** [61, 3, 16, 8] */
    const answers = (state: Params) =>
      tf.reshape(members.forward(pick(state, names), held.at, config), [
        shown,
        kinds.length,
        trials,
        count,
      ]) as tf.Tensor4D;

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: {
        kinds: [...kinds],
        members: count,
        trials,
        truth: grid.map((x) => answer(x, waves)),
      },

      step({ state, live }) {
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (from) => {
          const off = tf.sub(members.forward(from, held.x, config), held.targets);
          const errors = memberErrors(off as tf.Tensor3D, tf.zeros([s.rows, 1]), held.weights);
          return { loss: tf.sum(errors) as tf.Scalar };
        });
        const moved = adam.update(now, grads, state, live);
        return {
          state: { ...moved.params, ...moved.state },
          metrics: { loss: tf.div(seen.loss, all) },
        };
      },

      probes: {
        /** [3, 16, 61]: the average of each trial's eight. */
        averages: ({ state }) => tf.transpose(tf.mean(answers(state), 3), [1, 2, 0]),
        /** [3, 61] */
        truth: () => tf.tile(tf.reshape(held.truth, [1, shown]), [kinds.length, 1]),
        /** [3, 2]: variance of a member, covariance of two; over trials, averaged over places. */
        spread: ({ state }) => spreadOf(answers(state)),
        /** [3, 8]: variance of the average of the first m members. */
        averaged: ({ state }) => variancesOf(answers(state)),
        /** [3, 2]: squared error of the average of eight, and of a member, against the curve. */
        errors: ({ state }) => {
          const said = answers(state);
          const together = tf.squaredDifference(tf.mean(said, 3), held.truth);
          const alone = tf.squaredDifference(said, tf.expandDims(held.truth, 3));
          return tf.stack([tf.mean(together, [0, 2]), tf.mean(alone, [0, 2, 3])], 1);
        },
      },

      dispose: () => tf.dispose(held),
    };
  },
} satisfies Experiment;

/**
 * Targets and weights of every member, [rows, 3 · 16 · 8] row-major: the members of one trial see
 * the same noise, and how often each row counts is what the kinds differ in.
 */
export function samplesOf(inputs: number[], noise: number, seed: number) {
  const rows = inputs.length;
  const all = kinds.length * trials * count;
  const targets = new Float32Array(rows * all);
  const weights = new Float32Array(rows * all);
  for (let trial = 0; trial < trials; trial++) {
    const error = normals(seed, `spread.${trial}.noise`);
    const sample = inputs.map((x) => answer(x, waves) + noise * error());
    const drawn = bootstrap(rows, count, seed * trials + trial);
    const order = shuffled(
      Array.from({ length: rows }, (_, row) => row),
      uniforms(seed, `spread.${trial}.split`),
    );
    const share = new Int32Array(rows);
    order.forEach((row, place) => {
      share[row] = place % count;
    });
    for (let row = 0; row < rows; row++)
      for (let member = 0; member < count; member++) {
        const own = [1, drawn[row * count + member], Number(share[row] === member)];
        own.forEach((weight, kind) => {
          const at = row * all + (kind * trials + trial) * count + member;
          targets[at] = sample[row];
          weights[at] = weight;
        });
      }
  }
  return { targets, weights };
}

/** Off the mean over the trials: [places, kinds, trials, …] → the same. */
const centred = (said: tf.Tensor): tf.Tensor => tf.sub(said, tf.mean(said, 2, true));

/** As ensembles/variance.ts, on the device. */
function spreadOf(said: tf.Tensor4D): tf.Tensor {
  const off = centred(said);
  const squares = tf.sum(tf.square(off), 3); // [places, kinds, trials]
  const products = tf.sub(tf.square(tf.sum(off, 3)), squares);
  return tf.stack(
    [
      tf.div(tf.mean(squares, [0, 2]), count),
      tf.div(tf.mean(products, [0, 2]), count * (count - 1)),
    ],
    1,
  );
}

function variancesOf(said: tf.Tensor4D): tf.Tensor {
  const first = Array.from({ length: count }, (_, m) =>
    tf.mean(tf.slice(said, [0, 0, 0, 0], [-1, -1, -1, m + 1]), 3),
  );
  return tf.stack(
    first.map((each) => tf.mean(tf.square(centred(each)), [0, 2])),
    1,
  );
}
