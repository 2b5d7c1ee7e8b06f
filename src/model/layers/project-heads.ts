/** Queries, keys and values: projections of the same vectors onto heads. */
import * as tf from '../../tensor/tf';
import * as rope from './rope';

export interface Positions {
  /** Tokens of each sequence in x. */
  length: number;
  /** Number of the first in its sequence; 0 unless said. */
  first?: number;
  base?: number;
}

/** x [sequences · length, dim] → for each projection [sequences · heads, length, width]. */
export function projectHeads(
  x: tf.Tensor2D,
  projections: tf.Projection[],
  { length, first = 0, base }: Positions,
): tf.Tensor3D[] {
  const one = projections.find(({ turned }) => turned);
  const angles = one && rope.angles(length, one.weight.shape[1]! / one.heads, first, base);
  return tf.heads(x, projections, length, angles);
}
