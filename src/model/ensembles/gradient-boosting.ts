/**
 * Gradient boosting: each member is fitted to what the sum of its predecessors still gets wrong,
 * the negative gradient of the loss by that sum, and added with a small factor (shrinkage).
 * friedman2001, algorithms 1 and 2.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import * as members from './members';
import { trainMember } from './train-member';

/** squared: ½(target − score)²; logistic: targets 0 or 1, cross-entropy with σ(score). */
export type BoostingLoss = 'squared' | 'logistic';

/**
 * What the next member should say: −∂loss/∂score, per case. Target − score for the squared loss,
 * target − σ(score) for the logistic. targets and score of one shape.
 */
export function residuals(
  targets: tf.Tensor2D,
  score: tf.Tensor2D,
  loss: BoostingLoss,
): tf.Tensor2D {
  return tf.sub(targets, loss === 'logistic' ? tf.sigmoid(score) : score);
}

export interface GradientBoostingConfig {
  rounds: number;
  /** Hidden units of a member. */
  hidden: number;
  /** Training steps of one member. */
  steps: number;
  learningRate: number;
  /** Factor of each member, above 0, at most 1. */
  shrinkage: number;
  loss: BoostingLoss;
}

export interface GradientBoosted {
  /** The members in order, each a network of `members`. */
  members: Params[];
  /** Mean squared residual before each round, and after the last. */
  residualErrors: number[];
}

/**
 * Trains the members one after another from a score of 0. x [cases, inputs], targets
 * [cases, width]. The caller disposes the members. Throws for a shrinkage outside (0, 1].
 */
export async function gradientBoost(
  x: tf.Tensor2D,
  targets: tf.Tensor2D,
  config: GradientBoostingConfig,
  seed: number,
): Promise<GradientBoosted> {
  if (!(config.shrinkage > 0 && config.shrinkage <= 1))
    throw new Error(`Shrinkage is above 0 and at most 1; it is ${config.shrinkage}.`);
  const [cases, outputs] = targets.shape;
  const shape = { members: 1, inputs: x.shape[1], hidden: config.hidden, outputs };
  const answer = (params: Params): tf.Tensor2D =>
    tf.reshape(members.forward(params, x, shape), [cases, outputs]);

  const made: GradientBoosted = { members: [], residualErrors: [] };
  let score = tf.zeros([cases, outputs]) as tf.Tensor2D;
  for (let i = 0; ; i++) {
    const wanted = tf.tidy(() => residuals(targets, score, config.loss));
    const error = tf.tidy(() => tf.mean(tf.square(wanted)));
    made.residualErrors.push((await error.data())[0]);
    error.dispose();
    if (i === config.rounds) {
      tf.dispose([wanted, score]);
      return made;
    }
    const fresh = tf.tidy(() => members.init({ ...shape, steepness: 2 }, seed + i));
    const member = trainMember(
      fresh,
      (p) => tf.mean(tf.squaredDifference(answer(p), wanted)),
      config,
    );
    const raised = tf.tidy(() => tf.add(score, tf.mul(config.shrinkage, answer(member))));
    tf.dispose([wanted, score]);
    score = raised as tf.Tensor2D;
    made.members.push(member);
  }
}

/** What the boosted sum says: x [cases, inputs] → [cases, outputs]. */
export function boostedScore(
  boosted: Params[],
  x: tf.Tensor2D,
  shape: { hidden: number; outputs: number },
  shrinkage: number,
): tf.Tensor2D {
  const config = { members: 1, inputs: x.shape[1], ...shape };
  const said = boosted.map((params) => members.forward(params, x, config));
  return tf.mul(shrinkage, tf.reshape(tf.addN(said), [x.shape[0], shape.outputs]));
}
