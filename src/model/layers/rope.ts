/**
 * Rotary position embedding: channels 2i and 2i + 1 are a plane, turned by the angle
 * position · base^(−2i/width). The product of a turned query and a turned key then depends on
 * their distance only. su2021, eq. 15 (the planes), eq. 16 (the distance), eq. 34 (this form).
 */
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';

/** su2021, §3.2.2: angles of 1 to 1/10000 per position. */
export const BASE = 10_000;

/** A sentence if vectors of this width have no planes to turn. */
export function refusal(width: number): string | undefined {
  if (!Number.isInteger(width) || width < 2 || width % 2 !== 0)
    return `Rotary positions turn pairs of channels: the rotary width must be even and at least 2; it is ${width}.`;
}

/** Radians by which each of the width / 2 planes turns per position. su2021, eq. 15. */
export function frequencies(width: number, base = BASE): number[] {
  refuse(refusal(width));
  return Array.from({ length: width / 2 }, (_, plane) => base ** ((-2 * plane) / width));
}

/**
 * Turns vectors by their positions.
 * x [groups, positions, width], where the first of `positions` is number `first` of its
 * sequence → the same shape. Throws if the width is odd.
 */
export function rotate(x: tf.Tensor3D, first = 0, base = BASE): tf.Tensor3D {
  const [, positions, width] = x.shape;
  return tf.turned(x, angles(positions, width, first, base));
}

/**
 * Radians by which each position's planes are turned, [positions · width / 2]: its number times
 * the plane's frequency. Throws if the width is odd.
 */
export function angles(positions: number, width: number, first = 0, base = BASE): number[] {
  const perPosition = frequencies(width, base);
  return Array.from({ length: positions }, (_, i) =>
    perPosition.map((frequency) => (first + i) * frequency),
  ).flat();
}
