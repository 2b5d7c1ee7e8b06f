/** The mixture of station 06: what its experiments start from, and what they refuse. */
import { normal } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import { zLoss } from '../../../balancing/z-loss';
import * as experts from '../../../experts/relu';
import * as sparseLayer from '../../../layers/sparse-layer';
import { refuse } from '../../../refuse';
import { balancers, routers } from '../../../registry';
import * as task from '../../../tasks/clusters';
import type { Balancer, Live, Params, Router } from '../../../types';
import type { Settings } from '../../types';
import { type Fault, faults, faultyLoss } from './faults';

/** Tokens of one training step. */
export const tokens = 128;
/** Hidden units of one expert: too few for all sixteen clusters, enough for two or three. */
const hidden = 8;

export const expertWeights = ['experts.w1', 'experts.b1', 'experts.w2', 'experts.b2'];
/** What any choice of settings trains; routers whose weights are among these can change places. */
export const weights = ['router.weight', 'router.noise', ...expertWeights];

/** All weights from one seed, in the order of `weights`. */
export function initial(settings: Settings, seed: number): Params {
  const count = Number(settings.experts);
  const deviation = Number(settings.routerDeviation);
  return tf.tidy(() => ({
    'router.weight': normal([task.dim, count], deviation, seed, 'router.weight'),
    'router.noise': routers.get('noisy-top-k').init(task.dim, count, seed)['router.noise'],
    ...experts.init(
      { experts: count, dim: task.dim, hidden, out: task.out, outDeviation: 0.1 },
      seed,
    ),
  }));
}

/** The task with its options as the settings have them. */
export const taskOf = (settings: Settings, seed: number) =>
  task.create(seed, { common: Number(settings.common), skew: Number(settings.skew) });

/** Mean squared error in units of the clusters' own part: 1 is answering with the common part alone. */
export function taskLoss(answer: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.mean(tf.squaredDifference(answer, y)), task.ownVariance) as tf.Scalar;
}

/** The sparse layer of the mixture, and the mistake made in balancing it. */
export interface Mixture {
  layer: sparseLayer.SparseLayerConfig & { balancer: Balancer };
  fault: Fault;
}

/**
 * What the gradient sees, task + weight · z-loss + α · balancing loss, and the balancing loss
 * itself, unweighted. Reads zLoss and balanceStrength.
 */
export function price(
  { layer, fault }: Mixture,
  task: tf.Scalar,
  routed: sparseLayer.Routed,
  live: Live,
): { loss: tf.Scalar; balance: tf.Scalar } {
  const { balancer, topK } = layer;
  const balance =
    fault === 'none' || !balancer.loss
      ? sparseLayer.balanceLoss(layer, routed.routing)
      : faultyLoss(fault, balancer.loss, routed, topK);
  const withZ: tf.Scalar = tf.add(task, tf.mul(live.zLoss, zLoss(routed.routing)));
  if (fault === 'loss-never-added') return { loss: withZ, balance };
  return { loss: tf.add(withZ, tf.mul(live.balanceStrength, balance)), balance };
}

/** Names of the weights that the settings train. */
export const trainedOf = (router: Router, settings: Settings): string[] => [
  ...routerWeights(router),
  ...(settings.expertsLearn === false ? [] : expertWeights),
];

/** Names of the weights that a router has. */
const routerWeights = (router: Router): string[] =>
  tf.tidy(() => Object.keys(router.init(task.dim, 2, 0)));

/** Throws a sentence if the settings cannot work together. */
export function configOf(settings: Settings): Mixture {
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
  refuse(
    router.refusal?.({ experts: count, topK, tokens }) ??
      routerRefusal(router) ??
      balancerRefusal(balancer, router) ??
      faultRefusal(fault, balancer) ??
      nothingTrained(router, settings),
  );
  const sizes = { dim: task.dim, experts: count, topK, hidden, out: task.out };
  return { layer: { ...sizes, kind: 'relu', router, balancer }, fault };
}

function routerRefusal({ name, needs, perToken }: Router): string | undefined {
  if (needs?.includes('tokenIds'))
    return `The router "${name}" looks at the identity of a token; the tokens here are points.`;
  if (perToken === 'all')
    return `The router "${name}" mixes tokens, which asks for experts of another kind.`;
  if (name === 'reinforce')
    return 'The router "reinforce" learns from a loss of its own, which this mixture does not have.';
}

function balancerRefusal(balancer: Balancer, router: Router): string | undefined {
  const lacks = balancer.needs?.find(
    (need) => need === 'devices' || !routerWeights(router).includes('router.noise'),
  );
  if (lacks)
    return `The balancer "${balancer.name}" needs ${lacks}, which this mixture with the router "${router.name}" does not have.`;
  if (balancer.update && router.takesBias === false)
    return `The balancer "${balancer.name}" moves a selection bias, and the router "${router.name}" does not look at one.`;
}

function faultRefusal(fault: Fault, balancer: Balancer): string | undefined {
  if (!faults.includes(fault))
    return `There is no fault "${fault}"; there are ${faults.join(', ')}.`;
  if (fault !== 'none' && balancer.name !== 'switch')
    return `The faults are made in the Switch loss; the balancer is "${balancer.name}".`;
}

function nothingTrained(router: Router, settings: Settings): string | undefined {
  if (trainedOf(router, settings).length === 0)
    return `The router "${router.name}" learns nothing; with experts that do not learn, nothing is left to train.`;
}
