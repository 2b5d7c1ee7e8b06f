/**
 * Random numbers drawn on the device, inside a training step. TensorFlow.js draws on the CPU,
 * which a captured step would freeze; here number i of a draw is a hash of the run's seed, the
 * name of the draw, the step counter (a tensor on the device) and i. The hash is the one of
 * tensor/random.ts, in integers, so every backend draws the same bits.
 */

import * as tf from '../../core';
import { hash, type RandomKey } from '../../random';
import { elementwise, type Kernel, onEveryBackend } from '../on-every-backend';

type Draw = 'bits' | 'uniform' | 'normal' | 'below';

/** What one draw needs beside the counter: plain numbers, constants of a captured step. */
interface Attributes {
  draw: Draw;
  shape: number[];
  /** Hash of seed and stream. */
  key: number;
  /** First and second number of the distribution: low and width, mean and deviation. */
  a: number;
  b: number;
  /** Integers are drawn from 0 to below − 1. */
  below: number;
}

/**
 * Independent numbers, uniform in [low, high); far from 0 rounding may give `high` itself. `stream`
 * names the draw: two draws of one step that should differ need different streams.
 */
export function randomUniform<R extends tf.Rank = tf.Rank>(
  shape: number[],
  key: RandomKey,
  stream: string | number,
  low = 0,
  high = 1,
): tf.Tensor<R> {
  return draw('uniform', shape, key, stream, { a: low, b: high - low });
}

/** Independent normal numbers by Box and Muller. */
export function randomNormal<R extends tf.Rank = tf.Rank>(
  shape: number[],
  key: RandomKey,
  stream: string | number,
  mean = 0,
  deviation = 1,
): tf.Tensor<R> {
  return draw('normal', shape, key, stream, { a: mean, b: deviation });
}

/** Independent whole numbers from 0 to below − 1, int32: batch indices, for one. */
export function randomInt<R extends tf.Rank = tf.Rank>(
  shape: number[],
  key: RandomKey,
  stream: string | number,
  below: number,
): tf.Tensor<R> {
  if (!(Number.isInteger(below) && below > 0))
    throw new Error(
      `randomInt draws from 0 to below − 1: below must be a whole number above 0, not ${below}.`,
    );
  return draw('below', shape, key, stream, { below });
}

/** 32 random bits per element, int32. */
export function randomBits<R extends tf.Rank = tf.Rank>(
  shape: number[],
  key: RandomKey,
  stream: string | number,
): tf.Tensor<R> {
  return draw('bits', shape, key, stream, {});
}

function draw<R extends tf.Rank>(
  kind: Draw,
  shape: number[],
  { seed, counter }: RandomKey,
  stream: string | number,
  numbers: Partial<Attributes>,
): tf.Tensor<R> {
  let key = hash(seed >>> 0);
  for (const letter of String(stream)) key = hash((key ^ letter.codePointAt(0)!) >>> 0);
  const attributes: Attributes = { draw: kind, shape, key, a: 0, b: 1, below: 1, ...numbers };
  return tf
    .engine()
    .runKernel(
      randomKernel.name,
      { counter } as unknown as tf.NamedTensorMap,
      attributes as unknown as tf.NamedAttrMap,
    ) as tf.Tensor<R>;
}

const dtypeOf = (kind: Draw) => (kind === 'bits' || kind === 'below' ? 'int32' : 'float32');

const randomKernel: Kernel = {
  name: 'SwitchyardRandom',

  host([counter], attributes) {
    const { draw: kind, shape, key, a, b, below } = attributes as unknown as Attributes;
    const step = hash((key ^ (counter as Int32Array)[0]) >>> 0);
    const word = (i: number) => hash((step + hash(i)) >>> 0);
    const fraction = (i: number) => (word(i) >>> 8) / 16777216;
    const size = tf.util.sizeFromShape(shape);
    const values =
      kind === 'uniform' || kind === 'normal' ? new Float32Array(size) : new Int32Array(size);
    for (let i = 0; i < size; i++) {
      if (kind === 'bits') values[i] = word(i) | 0;
      else if (kind === 'below') values[i] = word(i) % below;
      else if (kind === 'uniform') values[i] = a + b * fraction(i);
      else {
        const radius = Math.sqrt(-2 * Math.log(1 - fraction(2 * i)));
        values[i] = a + b * radius * Math.cos(2 * Math.PI * fraction(2 * i + 1));
      }
    }
    return { shape, dtype: dtypeOf(kind), values };
  },

  webgpu(backend, { counter }, attributes) {
    const { draw: kind, shape, key, a, b, below } = attributes as unknown as Attributes;
    const program = elementwise({
      shape,
      inputs: ['counter'],
      key: `random_${kind}`,
      uniforms: 'key : u32, below : u32, a : f32, b : f32,',
      functions: wgslHash,
      body: {
        bits: 'setOutputAtIndexI32(index, bitcast<i32>(word(u32(index))));',
        below: 'setOutputAtIndexI32(index, i32(word(u32(index)) % uniforms.below));',
        uniform: 'setOutputAtIndex(index, uniforms.a + uniforms.b * fraction(u32(index)));',
        normal: `
          let radius = sqrt(-2.0 * log(1.0 - fraction(2u * u32(index))));
          // A cosine is only exact enough between −π and π: half a turn back, and the sign turned.
          let angle = 6.283185307179586 * (fraction(2u * u32(index) + 1u) - 0.5);
          setOutputAtIndex(index, uniforms.a - uniforms.b * radius * cos(angle));`,
      }[kind],
    });
    return backend.runWebGPUProgram(program, [counter], dtypeOf(kind), [
      { type: 'uint32', data: [key] },
      { type: 'uint32', data: [below] },
      { type: 'float32', data: [a] },
      { type: 'float32', data: [b] },
    ]);
  },
};

/** The hash of tensor/random.ts; 24 bits make a fraction that float32 holds exactly. */
const wgslHash = `
  fn hash(value : u32) -> u32 {
    let state = value * 747796405u + 2891336453u;
    let mixed = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (mixed >> 22u) ^ mixed;
  }
  fn word(i : u32) -> u32 {
    return hash(hash(uniforms.key ^ u32(counter[0])) + hash(i));
  }
  fn fraction(i : u32) -> f32 {
    return f32(word(i) >> 8u) / 16777216.0;
  }`;

export const registerRandom = () => onEveryBackend(randomKernel);
