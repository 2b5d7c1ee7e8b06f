/**
 * A sparse layer: a router, the room that experts have, the experts, shared ones beside them, and
 * the balancing loss of what was routed. dai2024, eq. 9–11; deepseekv3, eq. 12–20; fedus2021, §2.
 * Any Router and any Balancer: what this file knows of them is their contract.
 */
import * as tf from '../../tensor/tf';
import switchLoss from '../balancing/switch';
import { keepWithinCapacity } from '../dispatch/capacity';
import { throughSlots } from '../dispatch/soft';
import { type Experts, mostPairs } from '../experts/chosen-only';
import * as relu from '../experts/relu';
import * as sharedExperts from '../experts/shared';
import * as swiglu from '../experts/swiglu';
import { checkLive, routerReads } from '../live';
import { refuse } from '../refuse';
import { jittered } from '../routing';
import { scoreShares } from '../score-shares';
import type {
  BalanceContext,
  Balancer,
  Params,
  RandomKey,
  Router,
  RouterInput,
  Routing,
} from '../types';
import { tidied } from './tidied';

export interface SparseLayerConfig {
  /** Width of a token (d). */
  dim: number;
  /** Width of the answer; that of a token unless said. */
  out?: number;
  /** Routed experts (E). */
  experts: number;
  /** Routed experts of one token (k). */
  topK: number;
  /** Hidden units of one expert. */
  hidden: number;
  /** Experts that every token uses beside the routed ones; 0 unless said. */
  shared?: number;
  /** What an expert is: by its name, or as a pair of functions; SwiGLU unless said. */
  kind?: 'swiglu' | 'relu' | Experts;
  router: Router;
  balancer?: Balancer;
  /** Devices and their limit, for balancers that look at them. */
  devices?: Pick<BalanceContext, 'devices' | 'deviceLimit'>;
}

/** What the layer may be given beside tokens and weights. */
export interface SparseLayerInput
  extends Omit<Partial<RouterInput>, 'x' | 'params' | 'topK' | 'experts'> {
  /**
   * What the router sees is x times random factors between 1 − jitter and 1 + jitter (`random`
   * draws them); its experts see x. A router that can shake by itself is not asked to.
   */
  jitter?: tf.Scalar;
  /** Room of an expert as a multiple of its fair share, above 0: no limit unless said. */
  capacityFactor?: tf.Scalar;
}

/** Who takes what. */
export type Routed = {
  routing: Routing;
  /** The mask without the assignments that found no room, [tokens, experts]. */
  kept: tf.Tensor2D;
};

const kinds = { swiglu, relu };

const kindOf = ({ kind = 'swiglu' }: SparseLayerConfig): Experts =>
  typeof kind === 'string' ? kinds[kind] : kind;

/** A sentence if the layer cannot be made so; with `tokens`, if it cannot route as many. */
export function refusal(config: SparseLayerConfig, tokens?: number): string | undefined {
  const { experts, topK, router, balancer } = config;
  if (!(Number.isInteger(topK) && topK >= 1)) return `topK must be 1 or more; it is ${topK}.`;
  if (topK > experts) return `topK ${topK} needs at least ${topK} experts; there are ${experts}.`;
  if (balancer?.update && router.takesBias === false)
    return `The router "${router.label}" takes no selection bias, so the balancer "${balancer.label}" would move nothing; choose one with a loss.`;
  return tokens === undefined ? undefined : router.refusal?.({ experts, topK, tokens });
}

/** The router's weights, "experts.…", and "shared.…" where there are shared experts. */
export function init(config: SparseLayerConfig, seed: number): Params {
  refuse(refusal(config));
  const { dim, out = dim, experts, hidden, shared = 0, router } = config;
  const sizes = { experts, dim, hidden, out };
  const kind = kindOf(config);
  return {
    ...router.init(dim, experts, seed),
    ...(shared > 0 ? sharedExperts.init(kind, { ...sizes, shared }, seed) : kind.init(sizes, seed)),
  };
}

/**
 * x [tokens, dim] → y [tokens, out], to be added to x where it is as wide, and who took what.
 * Throws what `refusal` says.
 */
export function forward(
  params: Params,
  x: tf.Tensor2D,
  config: SparseLayerConfig,
  input: SparseLayerInput = {},
): Routed & { y: tf.Tensor2D } {
  return tidied(() => {
    const routed = route(params, x, config, input);
    return { ...routed, y: answer(params, x, config, routed) };
  });
}

/** The first half of `forward`: who takes which token. Throws as that does. */
export function route(
  params: Params,
  x: tf.Tensor2D,
  config: SparseLayerConfig,
  { jitter, capacityFactor, bias, ...input }: SparseLayerInput = {},
): Routed {
  refuse(refusal(config, x.shape[0]));
  const { experts, topK, router, balancer } = config;
  checkLive(routerReads(router), input.live);
  const { jitter: _, ...others } = input.live ?? {};
  const routing = router.route({
    ...input,
    // Shaken here, once for all routers.
    live: jitter ? others : input.live,
    // A bias learned by one balancer would go on choosing under another.
    bias: balancer?.update ? bias : undefined,
    x: jitter ? shaken(x, jitter, input.random) : x,
    params,
    topK,
    experts,
  });
  if (!capacityFactor) return { routing, kept: routing.mask };
  if (routing.slots)
    throw new Error(
      `The router "${router.label}" mixes tokens: none can be left out for want of room.`,
    );
  return { routing, kept: keepWithinCapacity(routing.mask, topK, capacityFactor) };
}

function shaken(x: tf.Tensor2D, jitter: tf.Scalar, random?: RandomKey): tf.Tensor2D {
  if (!random) throw new Error('Jitter needs random, the key of this step’s numbers.');
  return jittered(x, jitter, random);
}

/** The second half: [tokens, dim] → [tokens, out]. An assignment without room gets nothing. */
export function answer(
  params: Params,
  x: tf.Tensor2D,
  config: SparseLayerConfig,
  { routing, kept }: Routed,
): tf.Tensor2D {
  const { experts, topK, shared = 0, router } = config;
  const kind = kindOf(config);
  const open: tf.Tensor2D = kept === routing.mask ? routing.gates : tf.mul(routing.gates, kept);
  const pairs = mostPairs(router, topK, [x.shape[0], experts]);
  // A slot of soft routing is a token of one expert.
  const chosen = routing.slots
    ? throughSlots(routing, x, (slots, gates) => kind.forward(params, slots, gates, slots.shape[0]))
    : kind.forward(params, x, open, pairs);
  return shared > 0 ? tf.add(chosen, sharedExperts.always(kind, params, x, shared)) : chosen;
}

/** The balancing loss, unweighted: a scalar, 0 without a balancer that has one. */
export function balanceLoss(
  { balancer, topK, devices }: Pick<SparseLayerConfig, 'balancer' | 'topK' | 'devices'>,
  routing: Routing,
  sequenceLength?: number,
): tf.Scalar {
  return balancer?.loss?.(routing, topK, { sequenceLength, ...devices }) ?? tf.scalar(0);
}

/**
 * What a model with one such layer trains on: `total` is task + strength · balancing loss, and
 * `balance` the latter, unweighted, to look at.
 */
export function withBalance(
  task: tf.Scalar,
  strength: number | tf.Scalar,
  config: Pick<SparseLayerConfig, 'balancer' | 'topK' | 'devices'>,
  routing: Routing,
  sequenceLength?: number,
): { total: tf.Scalar; balance: tf.Scalar } {
  const weight = typeof strength === 'number' ? tf.scalar(strength) : strength;
  // The library's own Switch loss is weighed and added in its own command.
  const atOnce =
    config.balancer?.loss === switchLoss.loss
      ? tf.addSwitchLoss(task, weight, routing.mask, scoreShares(routing), config.topK)
      : undefined;
  if (atOnce) return atOnce;
  const balance = balanceLoss(config, routing, sequenceLength);
  return { total: tf.add(task, tf.mul(balance, weight)), balance };
}
