import * as experts from '../experts/dense';
import { lossAndGradients, pick } from '../gradients';
import * as mixture from '../layers/mixture';
import { droppedShare, load, maxVio, scoreEntropy } from '../metrics';
import adam from '../optimizers/adam';
import { balancers, routers } from '../registry';
import * as task from '../tasks/clusters';
import * as tf from '../tf';
import type { Experiment, Params, Router, Settings } from '../types';

/** Tokens of one training step. */
export const tokens = 128;
/** Hidden units of one expert: too few for all sixteen clusters, enough for two or three. */
const hidden = 8;
/** Routers start nearly indifferent (fedus2021, §2.4: small initial weights). */
const routerScale = 0.3;
/** Tokens of each cluster in the table of who takes what. */
const specimens = 8;

/**
 * Station 06: a sparsely gated layer on clustered regression (tasks/clusters.ts), which collapses
 * when nothing balances it.
 *
 * Why it collapses: tokens share a large common direction, so a change of the router's weights
 * along it moves the choice of all tokens at once; and most of the first error is common to all
 * tokens, so whichever experts are chosen first learn it first, earn larger gates, and are chosen
 * more. No later gradient reaches the others, since an expert that is not chosen does not learn.
 *
 * The state holds the selection bias and every switchable router's weights all along, so that
 * router, balancer, topK and fault can change while it trains.
 */
export default {
  name: 'moe-balance',

  start(settings, seed) {
    const config = configOf(settings);
    const count = Number(settings.experts);
    const data = task.create(seed);
    const looks = data.specimens(specimens);
    const params = initial(count, seed);
    const trained = [...routerWeights(config.router), ...expertWeights];

    return {
      state: { ...params, ...adam.init(params), bias: tf.zeros([count]) },
      live: ['learningRate', 'balanceStrength', 'biasRate', 'zLoss', 'jitter', 'capacityFactor'],

      step({ state, live, random }) {
        const bias = state.bias as tf.Tensor1D;
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, trained);
        const routeBy = (p: Params) => {
          const input = { params: p, bias, live, random };
          return { input, routed: mixture.route(config, input, x) };
        };
        const { grads } = lossAndGradients(now, (p) => {
          const { input, routed } = routeBy(p);
          return mixture.totalLoss(
            config,
            input,
            taskLoss(mixture.answer(p, x, routed), y),
            routed,
          );
        });
        const { params: moved, state: moments } = adam.update(now, grads, state, live);

        const { routed } = routeBy(now);
        const { routing, kept } = routed;
        const share = load(routing.mask);
        const nextBias = config.balancer.update
          ? config.balancer.update(bias, share, live.biasRate, { routing, topK: config.topK })
          : bias;
        return {
          state: { ...state, ...moved, ...moments, bias: nextBias },
          metrics: {
            loss: taskLoss(mixture.answer(now, x, routed), y),
            balanceLoss: mixture.balanceLoss(config, routed),
            load: share,
            dropped: droppedShare(routing.mask, kept),
            maxVio: maxVio(share),
            entropy: scoreEntropy(routing),
          },
        };
      },

      probes: {
        /** Share of each cluster's tokens per expert, [clusters, experts]. */
        clusterLoad: ({ state, live, random }) => {
          const still = { ...live, jitter: tf.scalar(0), capacityFactor: tf.scalar(count) };
          const input = { params: state, bias: state.bias as tf.Tensor1D, live: still, random };
          const { routing } = mixture.route(config, input, looks);
          const perCluster = tf.reshape(routing.mask, [task.clusters, specimens, count]);
          return tf.div(tf.mean(perCluster, 1), config.topK);
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

/** Mean squared error in units of the clusters' own part: 1 is answering with the common part alone. */
export function taskLoss(answer: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.mean(tf.squaredDifference(answer, y)), task.ownVariance) as tf.Scalar;
}

const expertWeights = ['experts.w1', 'experts.b1', 'experts.w2', 'experts.b2'];

/** Routers whose weights are these two matrices or the first alone can take each other's place. */
const weightNames = ['router.weight', 'router.noise'];

const routerWeights = (router: Router) =>
  router.name === 'noisy-top-k' ? weightNames : weightNames.slice(0, 1);

/** All weights that any choice of settings trains, from one seed. */
export function initial(count: number, seed: number): Params {
  return tf.tidy(() => {
    const router = routers.get('noisy-top-k').init(task.dim, count, seed);
    const weight = routers.get('softmax-top-k').init(task.dim, count, seed)['router.weight'];
    return {
      ...router,
      'router.weight': tf.mul(weight, routerScale),
      ...experts.init(
        { experts: count, dim: task.dim, hidden, out: task.out, outDeviation: 0.1 },
        seed,
      ),
    };
  });
}

/** Throws a sentence if the settings cannot work together. */
export function configOf(settings: Settings): mixture.MixtureConfig {
  const [count, topK] = [Number(settings.experts), Number(settings.topK)];
  if (!(Number.isInteger(count) && count >= 2))
    throw new Error(`A mixture needs at least 2 experts; ${settings.experts} were asked for.`);
  if (!(Number.isInteger(topK) && topK >= 1 && topK <= count))
    throw new Error(
      `Each token goes to topK of the ${count} experts: topK must be from 1 to ${count}; it is ${settings.topK}.`,
    );
  const capacity = Number(settings.capacityFactor);
  if (!(capacity > 0))
    throw new Error(
      `The capacity factor must be above 0 (1 is room for exactly the fair share); it is ${settings.capacityFactor}.`,
    );
  const fault = String(settings.fault ?? 'none') as mixture.Fault;
  if (!mixture.faults.includes(fault))
    throw new Error(`There is no fault "${fault}"; there are ${mixture.faults.join(', ')}.`);
  const router = routers.get(String(settings.router));
  const refusal = router.refuses?.({ experts: count, topK, tokens });
  if (refusal) throw new Error(refusal);
  const balancer = balancers.get(String(settings.balancer));
  const missing = balancer.needs?.find(
    (need) => need === 'devices' || router.name !== 'noisy-top-k',
  );
  if (missing)
    throw new Error(
      `The balancer "${balancer.name}" needs ${missing}, which this mixture with the router "${router.name}" does not have.`,
    );
  return { router, balancer, topK, fault };
}
