import * as tf from '../../../tensor/tf';
import { decompose } from '../../ensembles/ambiguity';
import { slide } from '../../ensembles/slide';
import { pick, seenAndGradients } from '../../gradients';
import { blend, competitive } from '../../mixtures/errors';
import * as localExperts from '../../mixtures/local-experts';
import adam from '../../optimizers/adam';
import noisyCurve, { answer as onCurve } from '../../tasks/noisy-curve';
import regimes, { answer as byLaw, laws } from '../../tasks/regimes';
import type { Params } from '../../types';
import { type Experiment, read, type StepInput } from '../types';
import { drawn, identity, identityMetric, places, rowsOf } from './shared/rows';

const reads = ['challenge', 'position', 'members', 'hidden', 'learningRate'] as const;

const gateHidden = 16;
/** Positions at which the trained members are tried without training on: 0, 0.1 … 1. */
const tried = Array.from({ length: 11 }, (_, i) => i / 10);

/**
 * Station 03: the same members and the same gate, from an average to one that answers alone. The
 * loss is that of a member drawn by its weight (jacobs1991, eq. 2): at position 0 all weights are
 * alike, and every member learns as if it were alone; at ½ it is a mixture of experts.
 */
export default {
  name: 'slide',
  reads,
  takes: { points: 'points' },
  metrics: {
    loss: { label: 'squared error of a member drawn by its weight, on the points' },
    parts: identityMetric,
  },

  start(settings, seed, inputs) {
    const s = read(settings, reads);
    const config = {
      experts: s.members,
      inputs: 1,
      outputs: 1,
      expertHidden: s.hidden,
      gateHidden,
    };
    const rows = rowsOf(inputs, sampled(s.challenge, seed));
    const params = localExperts.init(config, seed);
    const names = Object.keys(params);
    const mixture = (from: Params, x: tf.Tensor2D, position: tf.Scalar) => {
      const { outputs, logits } = localExperts.forward(from, x, config);
      return { outputs, logits, weights: slide(logits, position) };
    };
    const along = ({ state, live }: { state: Params; live: Params }) =>
      mixture(pick(state, names), rows.at, live.position as tf.Scalar);
    /** What the members would answer at these positions, all from one pass through them. */
    const at = (input: StepInput, positions: number[]) => {
      const { x, y } = rows.measured(input);
      const { outputs, logits } = localExperts.forward(pick(input.state, names), x, config);
      return positions.map((position) => decompose(outputs, y, slide(logits, position)));
    };

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate', 'position'],
      facts: { own: rows.own, points: rows.count, positions: tried },

      step(input) {
        const { state, live } = input;
        const now = pick(state, names);
        const { x, y } = rows.seen(input);
        const { seen, grads } = seenAndGradients(now, (from) => {
          const { outputs, weights } = mixture(from, x, live.position);
          return { loss: tf.mean(competitive({ outputs, gates: weights }, y)) as tf.Scalar };
        });
        const measured = rows.measured(input);
        const { outputs, weights } = mixture(now, measured.x, live.position);
        const moved = adam.update(now, grads, state, { learningRate: live.learningRate });
        return {
          state: { ...moved.params, ...moved.state },
          metrics: {
            loss: seen.loss,
            parts: identity(decompose(outputs, measured.y, weights)),
          },
        };
      },

      probes: {
        /** [points, 2] */
        seen: (input) => drawn(rows.seen(input)),
        /** [201] */
        truth: () => rows.truth(),
        /** [members, 201] */
        curves: (input) => tf.transpose(tf.reshape(along(input).outputs, [places, s.members])),
        weights: (input) => tf.transpose(along(input).weights),
        /** [201] */
        answer: (input) => {
          const { outputs, weights } = along(input);
          return tf.reshape(blend(outputs, weights), [places]);
        },
        /** [11]: the error if the slide stood elsewhere now, nobody having learned it. */
        moved: (input) => tf.stack(at(input, tried).map(({ ensemble }) => ensemble)),
        /** Mean error of the members on the whole task, weighed alike. */
        alike: (input) => at(input, [0])[0].members,
      },

      dispose: () => rows.dispose(),
    };
  },
} satisfies Experiment;

function sampled(challenge: string, seed: number) {
  if (challenge === 'noisy')
    return {
      ...noisyCurve.sample(seed, 60, { noise: 0.5, waves: 1 }),
      answer: (x: number) => onCurve(x, 1),
    };
  const all = laws(4, 1);
  return {
    ...regimes.sample(seed, 80, { pieces: 4, gap: 0, noise: 0.1, world: 1 }),
    answer: (x: number) => byLaw(x, all),
  };
}
