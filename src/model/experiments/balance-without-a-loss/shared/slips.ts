/**
 * Three slips in balancing a mixture scored with sigmoids, as code that runs: the find-the-fault of
 * station 08. Nothing fails, and no loss looks wrong.
 */
import * as tf from '../../../../tensor/tf';
import { balancers } from '../../../registry';
import type { Balancer, Router, Routing } from '../../../types';

/** `none` is the code as it should be. */
export const slips = [
  'none',
  /** The bias weighs as well as chooses (vllm12002, transformers41647). */
  'bias-weighs',
  /** The bias rises where the load is high. */
  'sign-turned',
  /** The Switch loss on sigmoids as they are, not as shares of their sum. */
  'scores-not-shared',
] as const;
export type Slip = (typeof slips)[number];

/** The router with the slip in it. */
export function slippedRouter(slip: Slip, router: Router): Router {
  if (slip !== 'bias-weighs') return router;
  return {
    ...router,
    route(input) {
      const { bias, live } = input;
      const routing = router.route(input);
      const biased = bias ? tf.add(routing.scores, bias) : routing.scores; // for the scores
      const kept = tf.mul(biased, routing.mask);
      const gates = tf.div(kept, tf.sum(kept, 1, true));
      return { ...routing, gates: tf.mul(gates, live?.routeScale ?? 1) as tf.Tensor2D };
    },
  };
}

/** What balances in its place. */
export function slippedBalancer(slip: Slip, balancer: Balancer): Balancer {
  if (slip === 'sign-turned' && balancer.update) {
    const { update } = balancer;
    return {
      ...balancer,
      update: (bias, counts, rate, latest) => update(bias, counts, tf.neg(rate), latest),
    };
  }
  if (slip === 'scores-not-shared') {
    const { loss } = balancers.get('switch');
    return {
      ...balancer,
      // Taken for a router whose scores sum to 1 already.
      loss: ({ independent: _, ...routing }: Routing, topK) => loss!(routing, topK),
    };
  }
  return balancer;
}
