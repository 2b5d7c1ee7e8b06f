/** The unseen rows that a trained decoder is looked at with, and its loss on them by kind of line. */
import * as tf from '../../../../tensor/tf';
import { perToken } from '../../../layers/cross-entropy';
import { type Decoder, evaluatingOptions } from '../../../networks/decoder';
import * as transformer from '../../../networks/transformer';
import * as yard from '../../../tasks/yard';
import { freshLines, inputsAndTargets, length } from '../../language-model/shared/corpus';

export { length };

/** Names of the kinds of lines. */
export const kinds = yard.kinds.map(({ name }) => name);

/** Rows of each kind where a model reads them in many ways: for each expert, in each manner. */
export const fewRows = 8;

export interface Rows {
  /** One row of each kind, then the next of each: [batches · kinds · length]. */
  inputs: Int32Array;
  targets: Int32Array;
  /** How many rows of each kind. */
  batches: number;
  /** Characters of one batch: a row of each kind. */
  batch: number;
}

/** The fresh rows of station 10, in batches that hold a row of every kind; only some where `most` says so. */
export function freshRows(most = Number.POSITIVE_INFINITY): Rows {
  const fresh = freshLines();
  const each = inputsAndTargets(fresh.rows);
  const batches = Math.min(most, fresh.groups.length / kinds.length);
  const places = kinds.map((_, kind) => fresh.groups.indexOf(kind));
  const ordered = (rows: Int32Array) => {
    const found = new Int32Array(batches * kinds.length * length);
    for (let batch = 0; batch < batches; batch++)
      for (const [kind, first] of places.entries()) {
        const row = rows.subarray((first + batch) * length, (first + batch + 1) * length);
        found.set(row, (batch * kinds.length + kind) * length);
      }
    return found;
  };
  return {
    inputs: ordered(each.inputs),
    targets: ordered(each.targets),
    batches,
    batch: kinds.length * length,
  };
}

/**
 * Mean loss in nats per character, of each kind and in all: [kinds + 1]. inputs and targets
 * [batches · kinds · length] int32, as `freshRows` orders them.
 */
export function lossByKind(
  decoder: Decoder,
  inputs: tf.Tensor1D,
  targets: tf.Tensor1D,
): tf.Tensor1D {
  const { params, config } = decoder;
  const options = evaluatingOptions(decoder, length);
  const { logits } = transformer.forward(params, inputs, config, options);
  const losses = tf.reshape(perToken(logits, targets), [-1, kinds.length, length]);
  const byKind = tf.mean(tf.mean(losses, 2), 0); // [kinds]
  return tf.concat([byKind, tf.reshape(tf.mean(byKind), [1])]) as tf.Tensor1D;
}
