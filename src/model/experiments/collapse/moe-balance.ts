import * as tf from '../../../tensor/tf';
import { chanceMaxVio } from '../../accounting/chance';
import type { Experiment } from '../../experiments/types';
import { pick, seenAndGradients } from '../../gradients';
import * as sparseLayer from '../../layers/sparse-layer';
import { counts, droppedShare, load, maxVio, scoreEntropy } from '../../metrics';
import adam from '../../optimizers/adam';
import { clusters } from '../../tasks/clusters';
import type { Params } from '../../types';
import {
  configOf,
  initial,
  price,
  taskLoss,
  taskOf,
  tokens,
  trainedOf,
  weights,
} from './shared/mixture';

/** Tokens of each cluster in the table of who takes what. */
const specimens = 8;

/**
 * Station 06: a sparsely gated layer on clustered regression (tasks/clusters.ts), which collapses
 * when nothing balances it.
 *
 * Why it collapses: tokens share a large common direction, so a change of the router's weights
 * along it moves the choice of all tokens at once; and most of the first error is common to all
 * tokens, so the experts chosen first lower it for everyone and earn larger gates. Without the two
 * (`common` 0) it does not collapse; with experts that do not learn (`expertsLearn` false), or
 * with gates that always sum to 1, it does, if less. The lab's recorded runs hold all four.
 *
 * The state holds the selection bias and every switchable router's weights all along, so that
 * router, balancer, topK and fault can change while it trains.
 */
export default {
  name: 'moe-balance',
  reads: [
    'experts',
    'topK',
    'router',
    'routerDeviation',
    'expertsLearn',
    'balancer',
    'balanceStrength',
    'biasRate',
    'zLoss',
    'jitter',
    'capacityFactor',
    'fault',
    'learningRate',
    'common',
    'skew',
  ],
  metrics: {
    loss: { label: 'mean squared error, in units of the clusters’ own part' },
    balanceLoss: { label: 'balance loss, unweighted' },
    load: { label: 'share of the assignments' },
    dropped: { label: 'share of the assignments dropped' },
    maxVio: { label: 'MaxVio of the batch' },
    entropy: { label: 'entropy of the scores', unit: 'nats' },
  },

  start(settings, seed) {
    const mixture = configOf(settings);
    const { layer } = mixture;
    const { experts: count, topK, balancer } = layer;
    const data = taskOf(settings, seed);
    const looks = data.specimens(specimens);
    const params = initial(settings, seed);
    const trained = trainedOf(layer.router, settings);

    return {
      state: { ...params, ...adam.init(params), bias: tf.zeros([count]) },
      facts: {
        tokensPerStep: tokens,
        chanceMaxVio: chanceMaxVio({ tokens, experts: count, topK }),
      },
      live: ['learningRate', 'balanceStrength', 'biasRate', 'zLoss', 'jitter', 'capacityFactor'],

      step({ state, live, random }) {
        const bias = state.bias as tf.Tensor1D;
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, weights);
        const { seen, grads } = seenAndGradients(pick(state, trained), (params) => {
          const all = { ...now, ...params };
          const { jitter, capacityFactor } = live;
          const given = { bias, live, random, jitter, capacityFactor };
          const routed = sparseLayer.route(all, x, layer, given);
          const task = taskLoss(sparseLayer.answer(all, x, layer, routed), y);
          const { logits, scores, mask, gates } = routed.routing;
          const { kept } = routed;
          return { ...price(mixture, task, routed, live), task, kept, logits, scores, mask, gates };
        });
        const { logits, scores, mask, gates } = seen;
        const moved = adam.update(now, { ...unmoved(now), ...grads }, state, live);
        const share = load(mask);
        const latest = { routing: { logits, scores, mask, gates }, topK };
        return {
          state: {
            ...moved.params,
            ...moved.state,
            bias: balancer.update?.(bias, counts(mask), live.biasRate, latest) ?? tf.clone(bias),
          },
          metrics: {
            loss: seen.task,
            balanceLoss: seen.balance,
            load: share,
            dropped: droppedShare(mask, seen.kept),
            maxVio: maxVio(share),
            entropy: scoreEntropy({ scores }),
          },
        };
      },

      probes: {
        /** Share of each cluster's tokens per expert, [clusters, experts]. */
        clusterLoad: ({ state, random }) => {
          const bias = state.bias as tf.Tensor1D;
          const { routing } = sparseLayer.route(state, looks, layer, { bias, random });
          const perCluster = tf.reshape(routing.mask, [clusters, specimens, count]);
          return tf.div(tf.mean(perCluster, 1), topK);
        },
        bias: ({ state }) => tf.clone(state.bias),
      },

      dispose() {
        data.dispose();
        looks.dispose();
      },
    };
  },
} satisfies Experiment;

/** No gradient, for weights that the settings leave out. */
const unmoved = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, tf.zerosLike(value)]));
