/** Batches that are sequences one after another. */
import type * as tf from '../tensor/tf';

/** How many tokens of each sequence `x` holds. Throws if they are not whole sequences. */
export function lengthOf(x: tf.Tensor2D, sequenceLength = x.shape[0]): number {
  if (x.shape[0] % sequenceLength !== 0)
    throw new Error(
      `${x.shape[0]} tokens are not whole sequences of ${sequenceLength}; the length must divide them.`,
    );
  return sequenceLength;
}
