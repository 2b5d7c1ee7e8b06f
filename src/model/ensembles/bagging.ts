/**
 * Bagging: each member learns from its own bootstrap resample of the cases. breiman1996. Members
 * differ because their data do, and what the data happen to say by chance averages out.
 */
import { uniforms } from '../../tensor/random';
import * as tf from '../../tensor/tf';

/**
 * How often each case is in each member's resample: rows draws with replacement per member,
 * [rows, members] row-major. About 37 % are 0 (1/e): the cases left out. As weights of
 * `memberErrors` they make every member's loss that of its resample. Throws if there are no rows.
 */
export function bootstrap(rows: number, members: number, seed: number): Float32Array {
  if (!(Number.isInteger(rows) && rows >= 1 && Number.isInteger(members) && members >= 1))
    throw new Error(
      `A bootstrap needs at least one row and one member; asked for ${rows} rows, ${members} members.`,
    );
  const counts = new Float32Array(rows * members);
  for (let member = 0; member < members; member++) {
    const next = uniforms(seed, `bootstrap.${member}`);
    for (let draw = 0; draw < rows; draw++)
      counts[Math.floor(next() * rows) * members + member] += 1;
  }
  return counts;
}

/**
 * Error of the ensemble on cases that its members have not seen: each case is answered by the
 * average of the members that left it out. A test error without test cases. outputs [cases,
 * members, width], targets [cases, width], counts [cases, members]; cases that no member left out
 * do not count.
 */
export function outOfBagError(
  outputs: tf.Tensor3D,
  targets: tf.Tensor2D,
  counts: tf.Tensor2D,
): tf.Scalar {
  const leftOut = tf.sub(1, tf.minimum(counts, 1)); // [cases, members]
  const voices = tf.sum(leftOut, 1, true); // [cases, 1]
  const sum = tf.sum(tf.mul(outputs, tf.expandDims(leftOut, 2)), 1); // [cases, width]
  const errors = tf.sum(tf.square(tf.sub(tf.div(sum, tf.maximum(voices, 1)), targets)), 1, true);
  const counted = tf.minimum(voices, 1);
  return tf.div(tf.sum(tf.mul(errors, counted)), tf.maximum(tf.sum(counted), 1));
}
