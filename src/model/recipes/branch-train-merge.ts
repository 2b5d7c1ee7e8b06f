/**
 * Branch, train, merge: copies of one model are trained apart, one per domain, without ever
 * talking to each other. Afterwards they answer together, weighed by how well each predicted the
 * text so far (li2022), or become one model: parameters averaged (li2022, §3), or their
 * feed-forward layers laid side by side as experts and only the rest averaged
 * (sukhbaatar2024, "Branch-Train-MiX").
 */

import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { joinExperts } from './upcycle';

/** `branches` copies of a model's parameters. */
export function branch(params: Params, branches: number): Params[] {
  return Array.from({ length: branches }, () =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, tf.clone(value)])),
  );
}

/** Mean of the branches' parameters, weighed by `weights` (equally, if not given). */
export function average(branches: Params[], weights?: number[]): Params {
  const given = weights ?? branches.map(() => 1);
  if (given.length !== branches.length)
    throw new Error(`There are ${branches.length} branches and ${given.length} weights.`);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new Error('The weights of the branches must sum to more than 0.');
  return Object.fromEntries(
    Object.keys(branches[0]).map((name) => [
      name,
      tf.tidy(() => tf.addN(branches.map((params, i) => tf.mul(params[name], given[i] / total)))),
    ]),
  );
}

/** One model: what is named "experts.…" side by side, one expert per branch; the rest averaged. */
export function mix(branches: Params[]): Params {
  const part = (params: Params, experts: boolean): Params =>
    Object.fromEntries(
      Object.entries(params).filter(([name]) => name.startsWith('experts.') === experts),
    );
  return {
    ...average(branches.map((params) => part(params, false))),
    ...joinExperts(branches.map((params) => part(params, true))),
  };
}

/**
 * Weight of each branch at each token: prior times how probable it found the tokens before, by
 * Bayes' rule. li2022, eq. 1–2. `logLikelihoods` [tokens, branches] holds each branch's log p of
 * each token; sequences of `sequenceLength` start afresh. `topK` keeps the best branches of each
 * token only. → [tokens, branches], rows sum to 1.
 */
export function posterior(
  logLikelihoods: tf.Tensor2D,
  options: { prior?: tf.Tensor1D; sequenceLength?: number; topK?: number } = {},
): tf.Tensor2D {
  const [tokens, branches] = logLikelihoods.shape;
  const { prior, sequenceLength = tokens, topK } = options;
  if (tokens % sequenceLength !== 0)
    throw new Error(`${tokens} tokens are not whole sequences of ${sequenceLength}.`);
  return tf.tidy(() => {
    const sequences = tokens / sequenceLength;
    const perSequence = tf.reshape(logLikelihoods, [sequences, sequenceLength, branches]);
    // Places first, so that one product sums all sequences.
    const perPlace = tf.reshape(tf.transpose(perSequence, [1, 0, 2]), [sequenceLength, -1]);
    const summed = tf.matMul(strictTriangle(sequenceLength), perPlace as tf.Tensor2D);
    const soFar = tf.reshape(
      tf.transpose(tf.reshape(summed, [sequenceLength, sequences, branches]), [1, 0, 2]),
      [tokens, branches],
    );
    const evidence = prior ? tf.add(soFar, tf.log(prior)) : soFar;
    const weights = tf.softmax(evidence) as tf.Tensor2D;
    if (topK === undefined) return weights;
    const kept = tf.mul(weights, tf.topKMask(weights, topK));
    return tf.div(kept, tf.sum(kept, 1, true)) as tf.Tensor2D;
  });
}

/**
 * What the branches say together: log of the mean of their probabilities under the posterior.
 * `logProbabilities` [tokens, branches, words], `weights` [tokens, branches] → [tokens, words].
 */
export function ensemble(logProbabilities: tf.Tensor3D, weights: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const logWeights = tf.log(tf.add(tf.expandDims(weights, 2), 1e-30));
    return tf.logSumExp(tf.add(logProbabilities, logWeights), 1) as tf.Tensor2D;
  });
}

/** [n, n]: 1 below the diagonal: sums what came before. */
function strictTriangle(n: number): tf.Tensor2D {
  const values = new Float32Array(n * n);
  for (let row = 1; row < n; row++) values.fill(1, row * n, row * n + row);
  return tf.tensor2d(values, [n, n]);
}
