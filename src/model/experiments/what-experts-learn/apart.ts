import * as tf from '../../../tensor/tf';
import * as components from '../../decomposition/components';
import { losses } from '../../decomposition/losses';
import * as match from '../../decomposition/match';
import { superposition } from '../../decomposition/recipe';
import * as toy from '../../decomposition/superposition';
import { pick, seenAndGradients } from '../../gradients';
import adam from '../../optimizers/adam';
import { warmUpCosine } from '../../optimizers/schedules';
import { type Experiment, read } from '../types';

const reads = ['components', 'minimality', 'simplicity', 'learningRate', 'rateSteps'] as const;

const features = 5;
/** Of a feature to be there in a case. */
const density = 0.05;
const cases = 512;
/** Random starts behind the level of chance. */
const draws = 40;

/**
 * Station 11: a network of fifteen numbers, whose parts are known, is taken apart by its gradients:
 * components are trained to sum to it, to be few for a case, and to be simple. braun2025. The
 * network is the toy model of superposition, its five features the corners of a pentagon.
 */
export default {
  name: 'apart',
  reads,
  metrics: {
    loss: { label: 'weighted sum of the three losses' },
    faithfulness: { label: 'faithfulness: mean squared error of the sum' },
    minimality: { label: 'minimality: mean squared error of the chosen' },
    simplicity: { label: 'simplicity: size of the chosen' },
    closest: { label: 'closest cosine, mean over the features' },
    lengths: { label: 'length of the closest, as a multiple of the feature’s' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const recipe = superposition(features, 2);
    const config = {
      components: given.components,
      rank: 1,
      // As many as there are features in a case, in the mean.
      perCase: features * density,
      power: 0.9,
    };
    const target = toy.polygon(features);
    const truth = toy.trueComponents(target);
    const known = tf.tidy(() => match.vectors(recipe, truth, { components: features, rank: 1 }));
    const parts = components.init(recipe, config, seed);
    const names = Object.keys(parts);
    const chance = match.chanceCosine(recipe, known, config, draws);
    /** What the true parts have: the size of what a case uses, in the mean. */
    const ofTruth = trueSimplicity(config.power);

    return {
      state: { ...parts, ...adam.init(parts) },
      live: ['minimality', 'simplicity', 'learningRate'],
      facts: {
        features: Array.from({ length: features }, (_, i) => String(i + 1)),
        parameters: 3 * features,
        trueSimplicity: ofTruth,
      },

      step({ state, live, random }) {
        const x = toy.draw(cases, features, density, random);
        const { seen, grads } = seenAndGradients(pick(state, names), (now) => {
          const three = losses(recipe, target, now, config, x);
          const loss = tf.addN([
            three.faithfulness,
            tf.mul(three.minimality, live.minimality),
            tf.mul(three.simplicity, live.simplicity),
          ]) as tf.Scalar;
          const { faithfulness, minimality, simplicity } = three;
          return { loss, faithfulness, minimality, simplicity };
        });
        const rate = given.rateSteps
          ? warmUpCosine(random.counter, { warmUpSteps: 50, to: given.rateSteps, floor: 0.02 })
          : tf.scalar(1);
        const { params, state: moments } = adam.update(pick(state, names), grads, state, {
          learningRate: tf.mul(rate, live.learningRate) as tf.Scalar,
        });
        const found = match.vectors(recipe, params, config);
        return {
          state: { ...params, ...moments },
          metrics: {
            ...seen,
            closest: match.meanMaxCosine(known, found),
            lengths: match.meanLengthRatio(known, found),
          },
        };
      },

      probes: {
        /** [components, 2, features]: each component as a map from features to the plane. */
        parts: ({ state }) => components.dense(pick(state, names), 'W', config),
        /** [2, features]: the network's own. */
        network: () => tf.clone(target.W),
        /** [features, components]: cosine of each component with each feature. */
        cosines: ({ state }) =>
          match.cosines(known, match.vectors(recipe, pick(state, names), config)),
        /** What random components come to. */
        chance: () => tf.clone(chance),
      },

      dispose: () => tf.dispose([target, truth, known, chance]),
    };
  },
} satisfies Experiment;

/** Simplicity of the true parts: as many as there are in a case, each of the pentagon's length. */
function trueSimplicity(power: number): number {
  const neighbour = Math.cos((2 * Math.PI) / features);
  const length = Math.sqrt(1 / (1 - neighbour));
  return features * density * length ** power;
}
