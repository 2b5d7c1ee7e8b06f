/** Queries, keys and values: projections of the same vectors onto heads. */
import { registerHeads } from '../../tensor/ops/heads/webgpu';
import * as tf from '../../tensor/tf';
import { splitHeads } from './attend';
import * as rope from './rope';

// Loaded with the models that use it; the backend's own code is what every reader waits for.
registerHeads();

export interface Projection {
  /** [dim, heads · width] */
  weight: tf.Tensor;
  heads: number;
  /** True if its vectors are turned by their positions; all that are have one width. */
  turned?: boolean;
}

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
  projections: Projection[],
  { length, first = 0, base }: Positions,
): tf.Tensor3D[] {
  // For one token a new program would be waited for at every position.
  if (length > 1 && tf.hasKernel(tf.headsKernel))
    return inOneCommand(x, projections, { length, first, base });
  return projections.map(({ weight, heads, turned }) => {
    const apart = splitHeads(tf.matMul(x, weight), length, heads);
    return turned ? rope.rotate(apart, first, base) : apart;
  });
}

function inOneCommand(
  x: tf.Tensor2D,
  projections: Projection[],
  { length, first, base }: Positions,
): tf.Tensor3D[] {
  const one = projections.find(({ turned }) => turned);
  const table = one && rope.table(length, one.weight.shape[1]! / one.heads, first, base);
  return tf.heads(
    x,
    projections.map(({ weight }) => weight),
    table,
    {
      length,
      heads: projections.map(({ heads }) => heads),
      turned: projections.map(({ turned }) => turned ?? false),
    },
  );
}
