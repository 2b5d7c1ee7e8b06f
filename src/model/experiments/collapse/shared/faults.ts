/**
 * Three mistakes in balancing that public trackers report, as code that runs: the find-the-bug of
 * station 06. Nothing fails, and only the curves show that something is wrong.
 */
import * as tf from '../../../../tensor/tf';
import type { Routed } from '../../../layers/sparse-layer';
import type { Balancer, RoutingPart } from '../../../types';

/** `none` is the code as it should be. */
export const faults = [
  'none',
  /** The loss is computed and reported; the training loss does without it (minimind140). */
  'loss-never-added',
  /** The load is counted when the capacity has cut it: nobody looks overloaded (megatron1513). */
  'load-after-capacity',
  /** A kept dimension makes a matrix of the loss's two vectors: its mean is always 1 / E². */
  'loss-is-constant',
] as const;
export type Fault = (typeof faults)[number];

/** The balancing loss as the faulty code computes it: unweighted, a scalar. */
export function faultyLoss(
  fault: Fault,
  loss: NonNullable<Balancer['loss']>,
  { routing, kept }: Routed,
  topK: number,
): tf.Scalar {
  switch (fault) {
    case 'load-after-capacity':
      return loss({ ...routing, mask: kept }, topK);
    case 'loss-is-constant':
      return switchLossByBroadcasting(routing, topK);
    default: // loss-never-added: the number itself is right
      return loss(routing, topK);
  }
}

/**
 * The Switch loss, written as E² times a mean, but for one argument: the load keeps a dimension and
 * becomes a column. Trackers report a kept dimension (minimind797), a wrong axis (hyperparallel752)
 * and a loss that is always 1 (megatron1617, of a padded map).
 */
function switchLossByBroadcasting(
  { mask, scores }: RoutingPart<'mask' | 'scores'>,
  topK: number,
): tf.Scalar {
  const experts = scores.shape[1];
  const load = tf.div(tf.mean(tf.transpose(mask), 1, true), topK); // [experts, 1], for [experts]
  const meanScore = tf.mean(scores, 0); // [experts]
  const products = tf.mul(load, meanScore); // [experts, experts], for [experts]
  return tf.mul(tf.mean(products), experts ** 2);
}
