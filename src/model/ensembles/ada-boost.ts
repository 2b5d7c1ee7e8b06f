/**
 * AdaBoost: classifiers are trained one after another, each on weights that count the cases its
 * predecessors got wrong, and vote with weights by their success. freund1997.
 *
 * Labels and votes are −1 or 1. A round is arithmetic on the device, so that it can also be part
 * of a captured step; `adaBoost` runs the rounds from the host.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import * as members from './members';
import { trainMember } from './train-member';

/** Errors are kept this far from 0 and 1, where a vote's weight would be infinite. */
const MARGIN = 1e-5;

export type Round = {
  /** ε, the share of the weight that the votes got wrong. */
  error: tf.Scalar;
  /** α = ½ ln((1 − ε)/ε), how much the votes count; negative if worse than chance. */
  alpha: tf.Scalar;
  /** 2√(ε(1 − ε)): the training error of all votes together is at most the product of these. */
  factor: tf.Scalar;
  /** The next round's weights, ∝ weight · e^(−α · label · vote): [cases], summing to 1. */
  weights: tf.Tensor1D;
};

/** One round: weights [cases] summing to 1, labels and votes [cases]. */
export function round(weights: tf.Tensor1D, labels: tf.Tensor1D, votes: tf.Tensor1D): Round {
  const agree = tf.mul(labels, votes); // 1 where right, −1 where wrong
  const wrong = tf.mul(0.5, tf.sub(1, agree));
  const error: tf.Scalar = tf.clipByValue(tf.sum(tf.mul(weights, wrong)), MARGIN, 1 - MARGIN);
  const alpha: tf.Scalar = tf.mul(0.5, tf.log(tf.div(tf.sub(1, error), error)));
  const raised = tf.mul(weights, tf.exp(tf.neg(tf.mul(alpha, agree))));
  return {
    error,
    alpha,
    factor: tf.mul(2, tf.sqrt(tf.mul(error, tf.sub(1, error)))),
    weights: tf.div(raised, tf.sum(raised)),
  };
}

/** 1 where the logit is above 0, else −1: [cases]. */
export function votesOf(logits: tf.Tensor1D): tf.Tensor1D {
  return tf.sub(tf.mul(2, tf.step(logits)), 1);
}

/** Σ α · vote, whose sign is the ensemble's answer: votes [cases, rounds], alphas [rounds] → [cases]. */
export function score(votes: tf.Tensor2D, alphas: tf.Tensor1D): tf.Tensor1D {
  return tf.reshape(tf.matMul(votes, tf.expandDims(alphas, 1) as tf.Tensor2D), [-1]);
}

/** What a member minimises: Σ weight · ln(1 + e^(−label · logit)); logits, labels, weights [cases]. */
export function weightedLoss(
  logits: tf.Tensor1D,
  labels: tf.Tensor1D,
  weights: tf.Tensor1D,
): tf.Scalar {
  return tf.sum(tf.mul(weights, tf.softplus(tf.neg(tf.mul(labels, logits)))));
}

export interface AdaBoostConfig {
  rounds: number;
  /** Hidden units of a member: few, so that one alone is weak. */
  hidden: number;
  /** Training steps of one member. */
  steps: number;
  learningRate: number;
}

export interface AdaBoosted {
  /** The members in order, each a network of `members` with one output. */
  members: Params[];
  errors: number[];
  alphas: number[];
  /** Each round's weights, as they were while its member trained. */
  weights: Float32Array[];
}

/**
 * Trains up to `rounds` members; stops early after one that makes no mistake, and before one no
 * better than chance. x [cases, inputs], labels [cases]. The caller disposes the members.
 */
export async function adaBoost(
  x: tf.Tensor2D,
  labels: tf.Tensor1D,
  config: AdaBoostConfig,
  seed: number,
): Promise<AdaBoosted> {
  const cases = x.shape[0];
  const shape = { members: 1, inputs: x.shape[1], hidden: config.hidden, outputs: 1 };
  const logitsOf = (params: Params): tf.Tensor1D =>
    tf.reshape(members.forward(params, x, shape), [cases]);

  const made: AdaBoosted = { members: [], errors: [], alphas: [], weights: [] };
  let weights: tf.Tensor1D = tf.fill([cases], 1 / cases);
  for (let i = 0; i < config.rounds; i++) {
    const fresh = tf.tidy(() => members.init({ ...shape, steepness: 2 }, seed + i));
    const member = trainMember(fresh, (p) => weightedLoss(logitsOf(p), labels, weights), config);
    const now = tf.tidy(() => round(weights, labels, votesOf(logitsOf(member))));
    const [[error], [alpha], held] = await Promise.all([
      now.error.data(),
      now.alpha.data(),
      weights.data<'float32'>(),
    ]);
    tf.dispose([weights, now.error, now.alpha, now.factor]);
    weights = now.weights;
    if (error >= 0.5) {
      tf.dispose(member);
      break;
    }
    made.members.push(member);
    made.errors.push(error);
    made.alphas.push(alpha);
    made.weights.push(Float32Array.from(held));
    if (error <= 2 * MARGIN) break;
  }
  weights.dispose();
  return made;
}
