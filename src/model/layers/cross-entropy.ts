/** The loss of a language model: −log of the probability that it gave to what came. */
import { registerCrossEntropy } from '../../tensor/ops/cross-entropy/webgpu';
import * as tf from '../../tensor/tf';
import { oneHot } from './embedding';

// Loaded with the models that use it; the backend's own code is what every reader waits for.
registerCrossEntropy();

/**
 * [n]: −log softmax(logits)[target] of each row, in nats.
 * logits [n, vocabulary], targets [n] int32. Throws if there is not one target per row.
 */
export function perToken(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor1D {
  checkRows(logits, targets);
  const vocabulary = logits.shape[1];
  return tf.tidy(() => {
    const said = tf.mul(oneHot(targets, vocabulary), tf.logSoftmax(logits));
    return tf.neg(tf.sum(said, 1)) as tf.Tensor1D;
  });
}

/**
 * Mean of `perToken` over the rows: a scalar, ln(vocabulary) for a model that knows nothing.
 * Throws as that does.
 */
export function forward(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  checkRows(logits, targets);
  // Within a command each, where the backend has them: the same numbers.
  if (targets.dtype === 'int32' && tf.hasKernel(tf.crossEntropyKernel))
    return tf.crossEntropy(logits, targets);
  return tf.tidy(() => tf.mean(perToken(logits, targets)) as tf.Scalar);
}

function checkRows(logits: tf.Tensor2D, targets: tf.Tensor1D): void {
  const [rows] = logits.shape;
  if (targets.shape[0] !== rows)
    throw new Error(`${rows} rows of logits need as many targets; there are ${targets.shape[0]}.`);
}
