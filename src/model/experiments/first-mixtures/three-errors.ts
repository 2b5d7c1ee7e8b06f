import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import { prefixed, within } from '../../layers/names';
import { posterior } from '../../mixtures/errors';
import * as localExperts from '../../mixtures/local-experts';
import { blendError, chosenError, gateEntropy, territory } from '../../mixtures/measures';
import adam from '../../optimizers/adam';
import { onDevice } from '../../samples';
import planeRegimes, { cellOf, cellsOf } from '../../tasks/plane-regimes';
import regimes, { answer, laws } from '../../tasks/regimes';
import type { Params, Task, TaskOptions } from '../../types';
import { type Experiment, type Facts, read, type Settings } from '../types';

const reads = [
  'land',
  'experts',
  'pieces',
  'gateHidden',
  'rows',
  'noise',
  'world',
  'deviation',
  'learningRate',
] as const;

const unseenRows = 1000;
/** Places of the line's pictures, and cells along a side of the plane's. */
const places = 201;
const cells = 41;
const errors = localExperts.errors.map(({ value }) => value);

/**
 * Station 04: three mixtures learn the same points from the same first weights, each under one of
 * the three errors of jacobs1991. They share no parameter; all take their step together.
 */
export default {
  name: 'three-errors',
  reads,
  metrics: {
    loss: { label: 'sum of the three losses' },
    losses: { label: 'each mixture’s own loss' },
    blends: { label: 'squared error of the answer, on the points' },
  },

  start(settings, seed) {
    const s = read(settings, reads);
    const { task, options, look, facts } = landOf(settings);
    const config = {
      experts: s.experts,
      inputs: look.shape[1],
      outputs: 1,
      gateHidden: s.gateHidden,
    };
    const shape = task.shape(options);
    const sample = task.sample(seed, s.rows, options);
    const seen = onDevice('regression', shape, sample);
    const unseen = onDevice('regression', shape, task.sample(seed, unseenRows, options, 'unseen'));
    const params = sameStart(config, seed);
    const names = Object.keys(params);
    const mixturesOf = (from: Params, x: tf.Tensor2D) =>
      errors.map((error) => localExperts.forward(within(error, from), x, config));

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate', 'deviation'],
      facts: {
        errors: [...errors],
        inputs: Array.from(sample.inputs),
        targets: Array.from(sample.targets),
        ...facts,
      },

      step({ state, live }) {
        const now = pick(state, names);
        const targets = seen.targets as tf.Tensor2D;
        const { seen: found, grads } = seenAndGradients(now, (from) => {
          const mixtures = mixturesOf(from, seen.inputs);
          const variance = tf.square(live.deviation) as tf.Scalar;
          const losses = mixtures.map((mixture, i) =>
            localExperts.loss(mixture, targets, errors[i], variance),
          );
          return {
            loss: tf.addN(losses),
            losses: tf.stack(losses),
            blends: tf.stack(
              mixtures.map(({ outputs, gates }) => blendError(outputs, targets, gates)),
            ),
          };
        });
        const moved = adam.update(now, grads, state, live);
        return { state: { ...moved.params, ...moved.state }, metrics: found };
      },

      probes: {
        /** [3, experts, places or cells²] */
        lines: ({ state }) => spread(mixturesOf(state, look), 'outputs'),
        gates: ({ state }) => spread(mixturesOf(state, look), 'gates'),
        /** [3, places or cells²] */
        answers: ({ state }) =>
          tf.stack(mixturesOf(state, look).map(({ answer }) => tf.reshape(answer, [-1]))),
        /** [3, points, experts]: what share of each point an expert is charged with. */
        charged: ({ state, live }) => {
          const targets = seen.targets as tf.Tensor2D;
          const variance = tf.square(live.deviation) as tf.Scalar;
          return tf.stack(
            mixturesOf(state, seen.inputs).map((mixture, i) =>
              errors[i] === 'likelihood' ? posterior(mixture, targets, variance) : mixture.gates,
            ),
          );
        },
        /** [6]: of each mixture the error together, and that of the chosen expert alone; unseen. */
        unseen: ({ state }) => {
          const targets = unseen.targets as tf.Tensor2D;
          return tf.stack(
            mixturesOf(state, unseen.inputs).flatMap(({ outputs, gates }) => [
              blendError(outputs, targets, gates),
              chosenError(outputs, targets, gates),
            ]),
          );
        },
        /** [3]: entropy of each gate on unseen points, in nats. */
        certainty: ({ state }) =>
          tf.stack(mixturesOf(state, unseen.inputs).map(({ gates }) => gateEntropy(gates))),
        /** [3, experts]: share of the unseen cases in which each has the largest gate. */
        territory: ({ state }) =>
          tf.stack(mixturesOf(state, unseen.inputs).map(({ gates }) => territory(gates))),
      },

      dispose: () => tf.dispose([{ ...seen }, { ...unseen }, look]),
    };
  },
} satisfies Experiment;

/** One start, three times under the names of the errors. */
function sameStart(config: localExperts.LocalExpertsConfig, seed: number): Params {
  return Object.assign(
    {},
    ...errors.map((error) => prefixed(error, localExperts.init(config, seed))),
  );
}

/** [3, experts, cases] of what a mixture has for each case and expert. */
function spread(mixtures: localExperts.Mixture[], what: 'outputs' | 'gates'): tf.Tensor3D {
  return tf.stack(
    mixtures.map((mixture) => {
      const [cases, experts] = mixture[what].shape;
      return tf.transpose(tf.reshape(mixture[what], [cases, experts]) as tf.Tensor2D);
    }),
  ) as tf.Tensor3D;
}

interface Land {
  task: Task;
  options: TaskOptions;
  /** Where its pictures look: [cases, inputs]. */
  look: tf.Tensor2D;
  facts: Facts;
}

function landOf(settings: Settings): Land {
  const { land, pieces, noise, world } = read(settings, reads);
  if (land === 'plane') {
    const centres = cellsOf(world);
    const grid = Array.from({ length: cells * cells }, (_, i) => [
      middle(i % cells),
      middle(Math.floor(i / cells)),
    ]);
    return {
      task: planeRegimes,
      options: { noise, world },
      look: tf.tensor2d(grid),
      facts: { cells, borders: grid.map((point) => cellOf(point, centres)) },
    };
  }
  const at = Array.from({ length: places }, (_, i) => -1 + (2 * i) / (places - 1));
  const all = laws(pieces, world);
  return {
    task: regimes,
    options: { pieces, gap: 0, noise, world },
    look: tf.tensor2d(at, [places, 1]),
    facts: { places: at, truth: at.map((x) => answer(x, all)) },
  };
}

const middle = (cell: number) => -1 + (2 * (cell + 0.5)) / cells;
