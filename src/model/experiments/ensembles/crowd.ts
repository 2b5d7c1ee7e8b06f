import * as tf from '../../../tensor/tf';
import { decompose } from '../../ensembles/ambiguity';
import { average, memberErrors } from '../../ensembles/averaging';
import { bootstrap } from '../../ensembles/bagging';
import * as members from '../../ensembles/members';
import * as negativeCorrelation from '../../ensembles/negative-correlation';
import { pick, seenAndGradients } from '../../gradients';
import adam from '../../optimizers/adam';
import noisyCurve, { answer } from '../../tasks/noisy-curve';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import { drawn, identity, identityMetric, places, rowsOf } from './shared/rows';

const reads = [
  'ensemble',
  'members',
  'hidden',
  'steepness',
  'penalty',
  'rows',
  'noise',
  'learningRate',
] as const;

const waves = 1;

/**
 * Station 03: members learn one noisy sample, or the reader's own points: each alone, each on a
 * resample, or all together with a reward for disagreeing. They share no weight; their answers are
 * averaged.
 */
export default {
  name: 'crowd',
  reads,
  takes: { points: 'points' },
  metrics: {
    loss: { label: 'mean loss of a member, on the points' },
    parts: identityMetric,
  },

  start(settings, seed, inputs) {
    const s = read(settings, reads);
    const config = {
      members: s.members,
      inputs: 1,
      hidden: s.hidden,
      outputs: 1,
      steepness: s.steepness,
    };
    const options = { noise: s.noise, waves };
    const sample = noisyCurve.sample(seed, s.rows, options);
    const rows = rowsOf(inputs, { ...sample, answer: (x) => answer(x, waves) });
    const counts = tf.tensor2d(
      s.ensemble === 'bagging'
        ? bootstrap(rows.count, s.members, seed)
        : new Float32Array(rows.count * s.members).fill(1),
      [rows.count, s.members],
    );
    const params = members.init(config, seed);
    const names = Object.keys(params);
    const curves = (state: Params) => members.forward(pick(state, names), rows.at, config);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate', 'penalty'],
      facts: { own: rows.own, points: rows.count },

      step(input) {
        const { state, live } = input;
        const now = pick(state, names);
        const { x, y } = rows.seen(input);
        const { seen, grads } = seenAndGradients(now, (from) => {
          const outputs = members.forward(from, x, config);
          const loss =
            s.ensemble === 'negative-correlation'
              ? negativeCorrelation.loss(outputs, y, live.penalty)
              : tf.sum(memberErrors(outputs, y, counts));
          return { loss: loss as tf.Scalar };
        });
        const measured = rows.measured(input);
        const parts = decompose(members.forward(now, measured.x, config), measured.y);
        const moved = adam.update(now, grads, state, { learningRate: live.learningRate });
        return {
          state: { ...moved.params, ...moved.state },
          metrics: { loss: tf.div(seen.loss, s.members), parts: identity(parts) },
        };
      },

      probes: {
        /** [points, 2] */
        seen: (input) => drawn(rows.seen(input)),
        /** [201] */
        truth: () => rows.truth(),
        /** [members, 201] */
        curves: ({ state }) => tf.transpose(tf.reshape(curves(state), [places, s.members])),
        /** [201] */
        average: ({ state }) => tf.reshape(average(curves(state)), [places]),
        /** [members]: each one's error, measured where the three are. */
        each: (input) => {
          const measured = rows.measured(input);
          const outputs = members.forward(pick(input.state, names), measured.x, config);
          return memberErrors(outputs, measured.y);
        },
      },

      dispose: () => {
        rows.dispose();
        counts.dispose();
      },
    };
  },
} satisfies Experiment;
