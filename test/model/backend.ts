/**
 * Tests under test/model run twice, as the same files: on the CPU backend in Node and on WebGPU
 * in Chromium. What differs is here.
 */
import { beforeAll, expect } from 'vitest';
import * as tf from '../../src/tensor/tf';

/** Where this run of the tests computes. */
export const backend = typeof window === 'undefined' ? 'cpu' : 'webgpu';

/**
 * Call once at the top of a test file. In Node some compute on WebAssembly: many times as fast,
 * and what readers without WebGPU compute on.
 */
export function useBackend({ inNode = 'cpu' }: { inNode?: 'cpu' | 'wasm' } = {}): void {
  const chosen = backend === 'cpu' ? inNode : backend;
  beforeAll(async () => {
    await tf.loadBackend[chosen]();
    if (!(await tf.setBackend(chosen)))
      throw new Error(`TensorFlow.js could not start its ${chosen} backend.`);
    await tf.ready();
  });
}

export type Numbers = number | Numbers[];

const flat = (numbers: Numbers): number[] =>
  Array.isArray(numbers) ? numbers.flatMap(flat) : [numbers];

/**
 * Every entry within `tolerance` of the expected one: absolute below 1, relative above. If the
 * expected numbers are nested, their shape has to be the tensor's.
 */
export async function expectClose(
  tensor: tf.Tensor,
  expected: Numbers | ArrayLike<number>,
  tolerance = 1e-5,
): Promise<void> {
  const got = await tensor.data();
  const want = flat(
    Array.isArray(expected) || typeof expected === 'number' ? expected : Array.from(expected),
  );
  if (Array.isArray(expected) && Array.isArray(expected[0]))
    expect(tensor.shape, 'shape').toEqual(shapeOf(expected));
  expect(got.length, `number of entries of a tensor [${tensor.shape}]`).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    const off = Math.abs(got[i] - want[i]) / Math.max(1, Math.abs(want[i]));
    if (!(off <= tolerance))
      expect.fail(`Entry ${i} is ${got[i]}, expected ${want[i]} within ${tolerance}.`);
  }
}

function shapeOf(numbers: Numbers): number[] {
  return Array.isArray(numbers) ? [numbers.length, ...shapeOf(numbers[0] ?? [])] : [];
}

/** Runs twice and counts the second time, when whatever is kept once is already there. */
export async function expectNoLeaks(run: () => void | Promise<void>): Promise<void> {
  await run();
  const before = tf.memory().numTensors;
  await run();
  expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
}
