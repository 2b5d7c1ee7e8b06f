import { normal } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import { type Fault, faults } from '../../balance-faults';
import type { Experiment, Settings } from '../../experiments/types';
import * as experts from '../../experts/dense';
import { pick, seenAndGradients } from '../../gradients';
import * as mixture from '../../layers/mixture';
import { counts, droppedShare, load, maxVio, scoreEntropy } from '../../metrics';
import adam from '../../optimizers/adam';
import { balancers, routers } from '../../registry';
import * as task from '../../tasks/clusters';
import type { Balancer, Params, Router } from '../../types';

/** Tokens of one training step. */
export const tokens = 128;
/** Hidden units of one expert: too few for all sixteen clusters, enough for two or three. */
const hidden = 8;
/** Routers start with small opinions of their own: enough that the first choices are spread. */
const routerDeviation = 0.3;
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
  reads: [
    'experts',
    'topK',
    'router',
    'balancer',
    'balanceStrength',
    'biasRate',
    'zLoss',
    'jitter',
    'capacityFactor',
    'fault',
    'learningRate',
  ],
  metrics: {
    loss: { label: 'mean squared error, in units of the clusters’ own part' },
    balanceLoss: { label: 'balancing loss, unweighted' },
    load: { label: 'share of the assignments' },
    dropped: { label: 'share of the assignments dropped' },
    maxVio: { label: 'MaxVio of the batch' },
    entropy: { label: 'entropy of the scores', unit: 'nats' },
  },

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
        const { seen, grads } = seenAndGradients(pick(state, trained), (params) => {
          const input = { params, bias, live, random };
          const routed = mixture.route(config, input, x);
          const task = taskLoss(mixture.answer(params, x, routed), y);
          const balance = mixture.balanceLoss(config, routed);
          const loss = mixture.totalLoss(config, input, task, balance, routed);
          const { logits, scores, mask, gates } = routed.routing;
          return { loss, task, balance, kept: routed.kept, logits, scores, mask, gates };
        });
        const { logits, scores, mask, gates } = seen;
        const now = pick(state, weights);
        const moved = adam.update(now, { ...unmoved(now), ...grads }, state, live);
        const share = load(mask);
        const latest = { routing: { logits, scores, mask, gates }, topK: config.topK };
        return {
          state: {
            ...moved.params,
            ...moved.state,
            bias:
              config.balancer.update?.(bias, counts(mask), live.biasRate, latest) ?? tf.clone(bias),
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
/** What any choice of settings trains; routers whose weights are among these can change places. */
const weights = ['router.weight', 'router.noise', ...expertWeights];

/** Names of the weights that a router has. */
const routerWeights = (router: Router): string[] =>
  tf.tidy(() => Object.keys(router.init(task.dim, 2, 0)));

/** No gradient, for weights that the settings leave out. */
const unmoved = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, tf.zerosLike(value)]));

/** All weights from one seed, in the order of `weights`. */
export function initial(count: number, seed: number): Params {
  return tf.tidy(() => ({
    'router.weight': normal([task.dim, count], routerDeviation, seed, 'router.weight'),
    'router.noise': routers.get('noisy-top-k').init(task.dim, count, seed)['router.noise'],
    ...experts.init(
      { experts: count, dim: task.dim, hidden, out: task.out, outDeviation: 0.1 },
      seed,
    ),
  }));
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
  const router = routers.get(String(settings.router));
  const balancer = balancers.get(String(settings.balancer));
  const fault = String(settings.fault ?? 'none') as Fault;
  const refusal =
    router.refusal?.({ experts: count, topK, tokens }) ??
    routerRefused(router) ??
    balancerRefused(balancer, router) ??
    faultRefused(fault, balancer);
  if (refusal) throw new Error(refusal);
  return { router, balancer, topK, fault };
}

function routerRefused({ name, needs, perToken }: Router): string | undefined {
  if (needs?.includes('tokenIds'))
    return `The router "${name}" looks at the identity of a token; the tokens here are points.`;
  if (perToken === 'all')
    return `The router "${name}" mixes tokens, which asks for experts of another kind.`;
  if (name === 'reinforce')
    return 'The router "reinforce" learns from a loss of its own, which this mixture does not have.';
}

function balancerRefused(balancer: Balancer, router: Router): string | undefined {
  const lacks = balancer.needs?.find(
    (need) => need === 'devices' || !routerWeights(router).includes('router.noise'),
  );
  if (lacks)
    return `The balancer "${balancer.name}" needs ${lacks}, which this mixture with the router "${router.name}" does not have.`;
  if (balancer.update && router.takesBias === false)
    return `The balancer "${balancer.name}" moves a selection bias, and the router "${router.name}" does not look at one.`;
}

function faultRefused(fault: Fault, balancer: Balancer): string | undefined {
  if (!faults.includes(fault))
    return `There is no fault "${fault}"; there are ${faults.join(', ')}.`;
  if (fault !== 'none' && balancer.name !== 'switch')
    return `The faults are made in the Switch loss; the balancer is "${balancer.name}".`;
}
