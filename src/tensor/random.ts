/**
 * Seeded random numbers on the host: initial values and data sets. Counter-based, so equal
 * seeds give equal numbers on every backend and in any order. Numbers drawn inside a training
 * step come from the device instead (tensor/ops/random/op.ts), by the same hash.
 */
import * as tf from './core';

/** Where on-device random numbers come from: equal keys give equal numbers on every backend. */
export interface RandomKey {
  /** From the run's seed. */
  seed: number;
  /** Steps taken so far, int32 on the device: a captured step cannot use a number of the CPU. */
  counter: tf.Scalar;
}

/** PCG output hash of a 32-bit word (Jarzynski & Olano, JCGT 9(3), 2020). */
export function hash(word: number): number {
  const state = (Math.imul(word, 747796405) + 2891336453) >>> 0;
  const mixed = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
  return ((mixed >>> 22) ^ mixed) >>> 0;
}

/** A source of uniform numbers in [0, 1) for one seed and one purpose ("experts.w1"). */
export function uniforms(seed: number, purpose: string): () => number {
  let key = hash(seed >>> 0);
  for (let i = 0; i < purpose.length; i++) key = hash((key ^ purpose.charCodeAt(i)) >>> 0);
  let count = 0;
  return () => hash((key + hash(count++)) >>> 0) / 4294967296;
}

/** Standard normal numbers by Box and Muller, from the same source. */
export function normals(seed: number, purpose: string): () => number {
  const next = uniforms(seed, purpose);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Tensor of independent normal numbers with mean 0 and the given standard deviation. */
export function normal<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  deviation: number,
  seed: number,
  purpose: string,
): tf.Tensor<R> {
  const next = normals(seed, purpose);
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => deviation * next(),
  );
  return tf.tensor(values, shape);
}

/** Tensor of independent numbers, uniform in [low, high). */
export function uniform<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  low: number,
  high: number,
  seed: number,
  purpose: string,
): tf.Tensor<R> {
  const next = uniforms(seed, purpose);
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => low + (high - low) * next(),
  );
  return tf.tensor(values, shape);
}
