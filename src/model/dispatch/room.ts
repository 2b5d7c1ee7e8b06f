/** How many assignments there is room for, without a quotient whose rounding would lose a place. */
import * as tf from '../../tensor/tf';

/**
 * More than factor, product and this constant can fall short by in single precision, less than
 * one place of 100,000.
 */
const ROUNDING = 2 ** -21;

export interface Room {
  /** All assignments of the batch: tokens · k. */
  assignments: number;
  /** Who shares the room: experts, or devices. */
  holders: number;
  /** Room as a multiple of the fair share: a number, or tensors on the device. Above 0. */
  factor: tf.Tensor | number;
}

/**
 * 1 where an assignment still fits, else 0. A holder has room for factor · assignments / holders,
 * rounded down; `place` counts its queue from 1, in any shape. Both sides are multiplied by the
 * holders and compared as whole numbers: 1.4 · 30 / 7 is 5.9999995 in single precision, and a
 * graphics processor may divide even less exactly.
 */
export function fits(place: tf.Tensor, { assignments, holders, factor }: Room): tf.Tensor {
  const room = tf.mul(factor, assignments * (1 + ROUNDING));
  return tf.step(tf.sub(room, tf.mul(place, holders)));
}
