/**
 * The sparse block of a decoder: a router, its experts, shared experts beside them, and the
 * balancing loss of what was routed. dai2024, eq. 9–11; deepseekv3, eq. 12–20.
 * Any Router and any Balancer: what this file knows of them is their contract.
 */

import * as tf from '../../tensor/tf';
import switchLoss from '../balancing/switch';
import { throughSlots } from '../dispatch/soft';
import { mostPairs } from '../experts/chosen-only';
import * as relu from '../experts/dense';
import * as sharedExperts from '../experts/shared';
import * as swiglu from '../experts/swiglu';
import { checkLive, routerReads } from '../live';
import { refuse } from '../refuse';
import type { BalanceContext, Balancer, Params, Router, RouterInput, Routing } from '../types';
import { prefixed, within } from './names';

export interface MoeConfig {
  /** Width of the residual stream (d). */
  dim: number;
  /** Routed experts (E). */
  experts: number;
  /** Routed experts of one token (k). */
  topK: number;
  /** Hidden units of one expert. */
  hidden: number;
  /** Experts that every token uses beside the routed ones; 0 unless said. */
  shared?: number;
  /** What an expert is; SwiGLU unless said. */
  kind?: 'swiglu' | 'relu';
  router: Router;
  balancer?: Balancer;
  /** Devices and their limit, for balancers that look at them. */
  devices?: Pick<BalanceContext, 'devices' | 'deviceLimit'>;
}

/** What the router may need beside tokens and weights. */
export type MoeInput = Omit<Partial<RouterInput>, 'x' | 'params' | 'topK' | 'experts'>;

const kinds = { swiglu, relu };

/** A sentence if the layer cannot be made so; with `tokens`, if it cannot route as many. */
export function refusal(config: MoeConfig, tokens?: number): string | undefined {
  const { experts, topK, router, balancer } = config;
  if (!(Number.isInteger(topK) && topK >= 1)) return `topK must be 1 or more; it is ${topK}.`;
  if (topK > experts) return `topK ${topK} needs at least ${topK} experts; there are ${experts}.`;
  if (balancer?.update && router.takesBias === false)
    return `The router "${router.label}" takes no selection bias, so the balancer "${balancer.label}" would move nothing; choose one with a loss.`;
  return tokens === undefined ? undefined : router.refusal?.({ experts, topK, tokens });
}

/** The router's weights, "experts.…", and "shared.…" where there are shared experts. */
export function init(config: MoeConfig, seed: number): Params {
  refuse(refusal(config));
  const { dim, experts, hidden, shared = 0, kind = 'swiglu', router } = config;
  const sizes = { experts, dim, hidden, out: dim };
  return {
    ...router.init(dim, experts, seed),
    ...(shared > 0
      ? sharedExperts.init(kinds[kind], { ...sizes, shared }, seed)
      : kinds[kind].init(sizes, seed)),
  };
}

/**
 * x [tokens, dim] → y [tokens, dim], to be added to x, and the routing.
 * Throws what `refusal` says.
 */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  config: MoeConfig,
  input: MoeInput = {},
): { y: tf.Tensor2D; routing: Routing } {
  refuse(refusal(config, x.shape[0]));
  const { experts, topK, shared = 0, kind = 'swiglu', router, balancer } = config;
  checkLive(routerReads(router), input.live);
  return tf.tidy(() => {
    const routing = router.route({
      ...input,
      // A bias learned by one balancer would go on choosing under another.
      bias: balancer?.update ? input.bias : undefined,
      x,
      params,
      topK,
      experts,
    });
    const pairs = mostPairs(router, topK, [x.shape[0], experts]);
    // A slot of soft routing is a token of one expert.
    const routed = (tokens: tf.Tensor2D, gates: tf.Tensor2D) =>
      kinds[kind].forward(params, tokens, gates, routing.slots ? tokens.shape[0] : pairs);
    const chosen = routing.slots ? throughSlots(routing, x, routed) : routed(x, routing.gates);
    if (shared === 0) return { y: chosen, routing: { ...routing } };
    const always = tf.ones<tf.Rank.R2>([x.shape[0], shared]);
    const common = prefixed('experts', within('shared', params));
    const y: tf.Tensor2D = tf.add(chosen, kinds[kind].forward(common, x, always, always.size));
    return { y, routing: { ...routing } };
  });
}

/** The balancing loss, unweighted: a scalar, 0 without a balancer that has one. */
export function balanceLoss(
  { balancer, topK, devices }: MoeConfig,
  routing: Routing,
  sequenceLength?: number,
): tf.Scalar {
  return balancer?.loss?.(routing, topK, { sequenceLength, ...devices }) ?? tf.scalar(0);
}

/**
 * What a model with one such layer trains on: `total` is task + strength · balancing loss, and
 * `balance` the latter, unweighted, to look at.
 */
export function onTopOf(
  task: tf.Scalar,
  strength: number | tf.Scalar,
  config: MoeConfig,
  routing: Routing,
  sequenceLength?: number,
): { total: tf.Scalar; balance: tf.Scalar } {
  const weight = typeof strength === 'number' ? tf.scalar(strength) : strength;
  const atOnce =
    config.balancer?.loss === switchLoss.loss
      ? tf.addSwitchLoss(task, weight, routing.mask, routing.scores, config.topK)
      : undefined;
  if (atOnce) return atOnce;
  const balance = balanceLoss(config, routing, sequenceLength);
  return { total: tf.add(task, tf.mul(balance, weight)), balance };
}

/** [experts]: each expert's share of the assignments, summing to 1; carries no gradient. */
export function load(routing: Routing): tf.Tensor1D {
  return tf.tidy(() => {
    const perExpert = tf.sum(routing.mask, 0);
    return tf.div(perExpert, tf.sum(perExpert)) as tf.Tensor1D;
  });
}
