import * as tf from '../../tensor/tf';
import type { Balancer, RoutingPart } from '../types';

/**
 * Mean over the tokens of the squared log-sum-exp of the logits: keeps logits small, so that
 * rounding changes scores less. It says nothing about balance. zoph2022, eq. 5.
 * logits [tokens, experts] → scalar; (ln E)² when all logits are 0.
 */
export function zLoss({ logits }: RoutingPart<'logits'>): tf.Scalar {
  return tf.mean(tf.square(tf.logSumExp(logits, 1)));
}

/** The z-loss in a balancer's place: what it does to the load by itself, which is little. */
export default {
  name: 'z-loss',
  label: 'router z-loss alone',
  source: 'zoph2022',
  // With zero logits both are (ln E)²: the loss looks at size, not at who is chosen.
  extremes: (experts) => ({ even: Math.log(experts) ** 2, collapsed: Math.log(experts) ** 2 }),
  loss: zLoss,
} satisfies Balancer;
