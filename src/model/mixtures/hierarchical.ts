/**
 * Hierarchical mixtures of experts by gradient: linear experts at the leaves of a tree of linear
 * gates. A case goes down every branch with the gates' probabilities; the answer is the weighed
 * sum. jordan1994.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { blend, distances } from './errors';
import { leaves, nodesAt, type TreeConfig } from './tree';

export interface Tree {
  /** The experts' answers: [cases, leaves, outputs]. */
  outputs: tf.Tensor3D;
  /** Log-probability of each leaf, the product of the gates on its path: [cases, leaves]. */
  logPriors: tf.Tensor2D;
  /** Its exponential, summing to 1 over the leaves: [cases, leaves]. */
  gates: tf.Tensor2D;
  /** Weighed answer μ: [cases, outputs]. */
  answer: tf.Tensor2D;
}

/** x [cases, inputs] → answers, leaf probabilities and their blend. Parameters as in `tree.shapes`. */
export function forward(params: Params, x: tf.Tensor2D, config: TreeConfig): Tree {
  const cases = x.shape[0];
  const linear = (name: string) =>
    tf.add(tf.matMul(x, params[`${name}.w`] as tf.Tensor2D), params[`${name}.b`]);

  let logPriors = tf.zeros([cases, 1]) as tf.Tensor2D;
  config.branching.forEach((children, level) => {
    const nodes = nodesAt(config, level);
    const logits = tf.reshape(linear(`gates.${level}`), [cases, nodes, children]);
    const below = tf.add(tf.expandDims(logPriors, 2), tf.logSoftmax(logits));
    logPriors = tf.reshape(below, [cases, nodes * children]);
  });

  const answers = linear('experts');
  const outputs: tf.Tensor3D = tf.reshape(answers, [cases, leaves(config), config.outputs]);
  const gates: tf.Tensor2D = tf.exp(logPriors);
  return { outputs, logPriors, gates, answer: blend(outputs, gates) };
}

/**
 * log of prior · Gaussian density of the target, per leaf: [cases, leaves]. Each leaf has a
 * variance of its own, the same in all directions.
 */
export function logJoint(
  { outputs, logPriors }: Pick<Tree, 'outputs' | 'logPriors'>,
  targets: tf.Tensor2D,
  logVariance: tf.Tensor1D,
): tf.Tensor2D {
  const width = targets.shape[1];
  const closeness = tf.mul(-0.5, tf.mul(distances(outputs, targets), tf.exp(tf.neg(logVariance))));
  const constant = tf.mul(-0.5 * width, tf.add(logVariance, Math.log(2 * Math.PI)));
  return tf.add(logPriors, tf.add(closeness, constant));
}

/** Mean over the cases of −log p(target | case), in nats: what gradient descent lowers. */
export function loss(
  params: Params,
  x: tf.Tensor2D,
  targets: tf.Tensor2D,
  config: TreeConfig,
): tf.Scalar {
  const logVariance = params['experts.logVariance'] as tf.Tensor1D;
  const joint = logJoint(forward(params, x, config), targets, logVariance);
  return tf.neg(tf.mean(tf.logSumExp(joint, 1)));
}

/** h, each leaf's posterior once the target is known: [cases, leaves]. jordan1994, the E step. */
export function posterior(
  params: Params,
  x: tf.Tensor2D,
  targets: tf.Tensor2D,
  config: TreeConfig,
): tf.Tensor2D {
  const logVariance = params['experts.logVariance'] as tf.Tensor1D;
  return tf.softmax(logJoint(forward(params, x, config), targets, logVariance));
}
