/** The loss of a language model: −log of the probability that it gave to what came. */
import * as tf from '../../tensor/tf';

/**
 * [n]: −log softmax(logits)[target] of each row, in nats.
 * logits [n, vocabulary], targets [n] int32. Throws if there is not one target per row.
 */
export function perToken(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor1D {
  checkRows(logits, targets);
  return tf.crossEntropies(logits, targets);
}

/**
 * Mean of `perToken` over the rows: a scalar, ln(vocabulary) for a model that knows nothing.
 * Throws as that does.
 */
export function forward(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  checkRows(logits, targets);
  return tf.crossEntropy(logits, targets);
}

function checkRows(logits: tf.Tensor2D, targets: tf.Tensor1D): void {
  const [rows] = logits.shape;
  if (targets.shape[0] !== rows)
    throw new Error(`${rows} rows of logits need as many targets; there are ${targets.shape[0]}.`);
}
