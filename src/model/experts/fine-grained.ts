/**
 * Fine-grained experts: each expert is cut into slices of its hidden units and as many times
 * more slices are activated. Parameters and active parameters stay; the number of combinations
 * explodes. dai2024, eq. 6–8.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';

export interface Granularity {
  experts: number;
  /** Hidden units of one expert. */
  hidden: number;
  topK: number;
}

/** The same layer's sizes with each expert cut into `slices`. */
export function fineGrained({ experts, hidden, topK }: Granularity, slices: number): Granularity {
  checkSlices(slices);
  if (hidden % slices !== 0)
    throw new Error(`${hidden} hidden units do not divide into ${slices} equal slices.`);
  return { experts: experts * slices, hidden: hidden / slices, topK: topK * slices };
}

/**
 * Parameters of trained experts (experts/relu.ts or swiglu.ts) as parameters of their slices.
 * Where every slice of an expert has that expert's gate (`sliceGates`), the layer computes the
 * same as before: in the layout side by side the matrices do not even change, only who owns
 * which columns. The bias of the answer is shared out among the slices.
 */
export function slice(params: Params, slices: number): Params {
  checkSlices(slices);
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      name === 'experts.b2'
        ? tf.div(repeatRows(value as tf.Tensor2D, slices), slices)
        : tf.clone(value),
    ]),
  );
}

/** [tokens, experts] → [tokens, experts · slices]: each slice gets its expert's gate. */
export function sliceGates(gates: tf.Tensor2D, slices: number): tf.Tensor2D {
  const [tokens, experts] = gates.shape;
  const tiled = tf.tile(tf.expandDims(gates, 2), [1, 1, slices]);
  return tf.reshape(tiled, [tokens, experts * slices]);
}

/** [experts, out] → [experts · slices, out], each row `slices` times in a row. */
function repeatRows(rows: tf.Tensor2D, slices: number): tf.Tensor2D {
  const [experts, out] = rows.shape;
  const tiled = tf.tile(tf.expandDims(rows, 1), [1, slices, 1]);
  return tf.reshape(tiled, [experts * slices, out]);
}

function checkSlices(slices: number): void {
  if (!(Number.isInteger(slices) && slices >= 1))
    throw new Error(`An expert is cut into a whole number of slices, 1 or more; not ${slices}.`);
}
