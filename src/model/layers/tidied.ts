import * as tf from '../../tensor/tf';

/** tf.tidy for results that are records of records of tensors, which its type does not admit. */
export function tidied<T extends object>(compute: () => T): T {
  return tf.tidy(compute as () => tf.TensorContainer) as T;
}
