import * as tf from '../../../tensor/tf';

/**
 * Means over each sequence of a batch whose sequences lie one after another:
 * [tokens, n] → [sequences, n]. Without a length the whole batch is one sequence.
 */
export function sequenceMeans(x: tf.Tensor2D, sequenceLength: number = x.shape[0]): tf.Tensor2D {
  const [tokens, width] = x.shape;
  if (tokens % sequenceLength !== 0)
    throw new Error(`${tokens} tokens are not whole sequences of ${sequenceLength}.`);
  if (sequenceLength === tokens) return tf.mean(x, 0, true);
  return tf.mean(tf.reshape(x, [tokens / sequenceLength, sequenceLength, width]), 1);
}
