/**
 * Switching experts off, and all of them on, in a routing that is already made. What it does to the
 * loss says who is needed for what; and that a sparse mixture is only its function with the experts
 * that it was trained to use.
 */
import * as tf from '../../tensor/tf';
import { normalised } from '../score-shares';
import type { Router, Routing } from '../types';

/** Stands for minus infinity: see group-limited.ts. */
const EXCLUDED = -1e30;

/** [experts]: 1 for an expert that stays on, 0 for those listed. Throws for one that there is not. */
export function allBut(experts: number, off: number[]): tf.Tensor1D {
  const stranger = off.find(
    (expert) => !(Number.isInteger(expert) && expert >= 0 && expert < experts),
  );
  if (stranger !== undefined)
    throw new Error(
      `There is no expert ${stranger}: ${experts} experts are numbered 0 to ${experts - 1}.`,
    );
  return tf.tensor1d(
    Array.from({ length: experts }, (_, expert) => (off.includes(expert) ? 0 : 1)),
  );
}

/**
 * The routing without some experts; nobody takes their place. keep [experts] is 1 or 0, and may
 * change from step to step. With `rescale` a token's remaining gates add up to what all its gates
 * did; a token that loses all of its experts gets nothing either way.
 */
export function ablate(routing: Routing, keep: tf.Tensor1D, { rescale = false } = {}): Routing {
  const gates = tf.mul(routing.gates, keep) as tf.Tensor2D;
  const mask = tf.mul(routing.mask, keep) as tf.Tensor2D;
  if (!rescale) return { ...routing, mask, gates };
  const before = tf.sum(routing.gates, 1, true);
  const after = tf.sum(gates, 1, true);
  // 0 / 1e-20 stays 0: a token without experts is not divided by nothing.
  const factor = tf.div(before, tf.maximum(after, 1e-20));
  return { ...routing, mask, gates: tf.mul(gates, factor) as tf.Tensor2D };
}

/**
 * A router that chooses again without some experts: their tokens go to the next best. Adds −∞ to
 * their selection bias, which never enters a gate. Throws for a router that takes no bias.
 */
export function without(router: Router, keep: tf.Tensor1D): Router {
  if (router.takesBias === false)
    throw new Error(
      `Experts cannot be barred from "${router.name}": it does not choose by biased scores.`,
    );
  return {
    ...router,
    name: `${router.name}, some experts off`,
    label: `${router.label}, some experts off`,
    route(input) {
      const bars = tf.mul(tf.sub(1, keep), EXCLUDED);
      const bias = (input.bias ? tf.add(input.bias, bars) : bars) as tf.Tensor1D;
      // With fewer experts left than topK a barred one would still be chosen.
      return ablate(router.route({ ...input, bias }), keep);
    },
  };
}

/**
 * How much every expert counts when all are on: its share of the scores, together as much as the
 * chosen ones did; as much as its score; all alike, together as much as the chosen ones did; or
 * each in full, so that the layer is the sum of all experts.
 */
export type AllOn = 'shares' | 'scores' | 'alike' | 'sum';

/** The routing with every expert on for every token. */
export function allOn(routing: Routing, weights: AllOn): Routing {
  const experts = routing.mask.shape[1];
  const mask: tf.Tensor2D = tf.onesLike(routing.mask);
  if (weights === 'scores') return { ...routing, mask, gates: routing.scores };
  if (weights === 'sum') return { ...routing, mask, gates: mask };
  const before = tf.sum(routing.gates, 1, true); // [tokens, 1]
  const shares = weights === 'shares' ? normalised(routing.scores) : tf.div(mask, experts);
  return { ...routing, mask, gates: tf.mul(shares, before) as tf.Tensor2D };
}

/**
 * A router that has every expert on for every token. A layer makes room for as many pairs as its
 * router says it chooses: so the choice is changed here, not behind the router's back.
 */
export function everyone(router: Router, weights: AllOn): Router {
  return {
    ...router,
    name: `${router.name}, all on`,
    label: `${router.label}, all on`,
    perToken: 'all',
    route: (input) => allOn(router.route(input), weights),
  };
}

/** Loss with each expert off in turn, [experts]. For a table: as many evaluations as experts. */
export function lossWithout(
  routing: Routing,
  loss: (routing: Routing) => tf.Scalar,
  options?: { rescale?: boolean },
): tf.Tensor1D {
  const experts = routing.mask.shape[1];
  return tf.tidy(() =>
    tf.stack(
      Array.from({ length: experts }, (_, expert) =>
        loss(ablate(routing, allBut(experts, [expert]), options)),
      ),
    ),
  ) as tf.Tensor1D;
}
