/** Batches that are sequences one after another. */
import * as tf from '../tensor/tf';

/** How many tokens of each sequence `x` holds. Throws if they are not whole sequences. */
export function lengthOf(x: tf.Tensor2D, sequenceLength = x.shape[0]): number {
  if (x.shape[0] % sequenceLength !== 0)
    throw new Error(
      `${x.shape[0]} tokens are not whole sequences of ${sequenceLength}; the length must divide them.`,
    );
  return sequenceLength;
}

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
