/**
 * What a decoder keeps of past tokens so that a new token costs one row of attention. Real
 * arrays: a cache's bytes are those of its tensors, not a formula (the formula is in
 * accounting/cache.ts, and a test holds the two together).
 */
import * as tf from '../../tensor/tf';

/**
 * Arrays by name, each [rows, positions, width]; rows are sequences, or sequences · heads.
 * Attention keeps `keys` and `values`; latent attention `latent` and `rotaryKey`.
 */
export type Cache = Record<string, tf.Tensor3D>;

/** Positions already held; 0 without a cache. */
export function cachedLength(cache?: Cache): number {
  const held = Object.values(cache ?? {})[0];
  return held ? held.shape[1] : 0;
}

/**
 * The cache with new positions behind the old ones; neither input is disposed. What is held is
 * copied: n tokens, one at a time, copy of the order of n² numbers.
 * Throws if the two do not hold the same arrays.
 */
export function extended(cache: Cache | undefined, fresh: Cache): Cache {
  if (!cache) return fresh;
  const longer: Cache = {};
  for (const [name, added] of Object.entries(fresh)) {
    const held = cache[name];
    if (!held || held.shape[0] !== added.shape[0] || held.shape[2] !== added.shape[2])
      throw new Error(
        `The cache holds ${listed(cache)}; the new tokens bring ${listed(fresh)}. ` +
          'Rows and widths must be equal: was it made by another layer or batch?',
      );
    longer[name] = tf.concat([held, added], 1);
  }
  return longer;
}

/** The first positions alone, as new arrays: what is left when the last ones are taken back. */
export function shortened(cache: Cache, length: number): Cache {
  return Object.fromEntries(
    Object.entries(cache).map(([name, held]) => {
      const [rows, positions, width] = held.shape;
      if (!(length >= 1 && length <= positions))
        throw new Error(`The cache holds ${positions} positions; it cannot keep ${length}.`);
      return [name, tf.slice(held, [0, 0, 0], [rows, length, width])];
    }),
  );
}

/** Bytes of the arrays as they are: float32, 4 bytes an element. */
export function cacheBytes(cache: Cache): number {
  return Object.values(cache).reduce((sum, held) => sum + held.size * 4, 0);
}

const listed = (cache: Cache) =>
  Object.entries(cache)
    .map(([name, held]) => `${name} [${held.shape}]`)
    .join(', ');
