/**
 * One sparsely gated layer with its price: router, capacity, experts, task loss and balancing
 * loss put together.
 */

import * as tf from '../../tensor/tf';
import { type Fault, faultyLoss } from '../balance-faults';
import { zLoss } from '../balancing/z-loss';
import { keepWithinCapacity } from '../dispatch/capacity';
import { mostPairs } from '../experts/chosen-only';
import * as experts from '../experts/dense';
import { checkLive, routerReads } from '../live';
import type { Balancer, Params, RandomKey, Router, Routing } from '../types';

export interface MixtureConfig {
  router: Router;
  balancer: Balancer;
  topK: number;
  /** A mistake put in on purpose: see balance-faults.ts. */
  fault?: Fault;
}

export interface MixtureInput {
  params: Params;
  /** Selection bias, [experts]. */
  bias: tf.Tensor1D;
  /** Reads balanceStrength, zLoss, jitter, capacityFactor. */
  live: Record<string, tf.Scalar>;
  random: RandomKey;
}

export interface Routed {
  routing: Routing;
  /** The mask without the tokens that the capacity turned away, [tokens, experts]. */
  kept: tf.Tensor2D;
  /** How many of the gates are not 0 at most. */
  pairs?: number;
}

/** Routes a batch: x [tokens, dim]. The router sees x jittered; the experts see it as it is. */
export function route(
  { router, topK, balancer }: MixtureConfig,
  { params, bias, live, random }: MixtureInput,
  x: tf.Tensor2D,
): Routed {
  checkLive(routerReads(router), live);
  const { jitter, ...others } = live; // shaken here, once for all routers
  const shake = tf.randomUniform<tf.Rank.R2>(x.shape, random, 'jitter', -1, 1);
  const jittered = tf.mul(x, tf.add(tf.mul(shake, jitter), 1)) as tf.Tensor2D;
  const routing = router.route({
    x: jittered,
    params,
    topK,
    // A bias learned by one balancer would go on choosing under the next.
    bias: balancer.update ? bias : undefined,
    random,
    live: others,
    experts: bias.shape[0],
  });
  return {
    routing,
    kept: keepWithinCapacity(routing.mask, topK, live.capacityFactor),
    pairs: mostPairs(router, topK, routing.mask.shape),
  };
}

/** The layer's answer: [tokens, dim] → [tokens, out]. Dropped tokens get nothing. */
export function answer(
  params: Params,
  x: tf.Tensor2D,
  { routing, kept, pairs }: Routed,
): tf.Tensor2D {
  return experts.forward(params, x, tf.mul(routing.gates, kept) as tf.Tensor2D, pairs);
}

/** The unweighted balancing loss: 0 for balancers without one. */
export function balanceLoss({ balancer, topK, fault }: MixtureConfig, routed: Routed): tf.Scalar {
  if (!balancer.loss) return tf.scalar(0);
  return fault && fault !== 'none'
    ? faultyLoss(fault, balancer.loss, routed, topK)
    : balancer.loss(routed.routing, topK);
}

/** Everything the gradient sees: task loss + α · balancing loss + weight · z-loss. */
export function totalLoss(
  { fault }: MixtureConfig,
  { live }: MixtureInput,
  taskLoss: tf.Scalar,
  balancingLoss: tf.Scalar,
  { routing }: Routed,
): tf.Scalar {
  const withZ = tf.add(taskLoss, tf.mul(live.zLoss, zLoss(routing))) as tf.Scalar;
  if (fault === 'loss-never-added') return withZ;
  return tf.add(withZ, tf.mul(live.balanceStrength, balancingLoss));
}
