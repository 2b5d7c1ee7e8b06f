/** The optimizers on WASM against their plain form. */
import { describe, expect, it } from 'vitest';
import adam from '../../src/model/optimizers/adam';
import adamw from '../../src/model/optimizers/adamw';
import momentum from '../../src/model/optimizers/momentum';
import sgd from '../../src/model/optimizers/sgd';
import { normal } from '../../src/model/random';
import * as tf from '../../src/model/tf';
import type { Optimizer, Params } from '../../src/model/types';
import { expectClose, expectNoLeaks } from '../model/backend';
import { withoutKernels } from './fixtures/twins';
import { useWasm } from './fixtures/wasm';

useWasm();

const shapes: Record<string, number[]> = {
  scalar: [],
  vector: [7],
  matrix: [5, 3],
  long: [1000],
  wide: [3, 700],
  cube: [2, 3, 5],
  one: [1],
};

const random = (seed: number, deviation: number): Params =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, normal(shape, deviation, seed, name)]),
  );

/** Three steps with other gradients and rates each. */
function threeSteps(optimizer: Optimizer): Params {
  return tf.tidy(() => {
    let params = random(0, 1);
    let state = optimizer.init(params);
    for (const step of [1, 2, 3]) {
      const live = {
        learningRate: tf.scalar(0.1 / step),
        momentum: tf.scalar(0.7),
        weightDecay: tf.scalar(0.3),
      };
      ({ params, state } = optimizer.update(params, random(step, step), state, live));
    }
    return { ...params, ...state };
  });
}

describe.each([adam, adamw, momentum, sgd])('$name', (optimizer) => {
  it('moves what the plain form moves', async () => {
    expect(tf.hasKernel(tf.optimizerKernel)).toBe(true);
    const want = withoutKernels(() => threeSteps(optimizer));
    const got = threeSteps(optimizer);
    expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
    for (const name of Object.keys(want)) {
      expect(got[name].shape, name).toEqual(want[name].shape);
      // The plain form's bias corrections are worked out in single precision.
      await expectClose(got[name], await want[name].data(), 2e-5);
    }
    tf.dispose([want, got]);
  });

  it('leaves what it was given as it was, and no tensors behind', async () => {
    const params = random(0, 1);
    const grads = random(1, 1);
    const state = optimizer.init(params);
    const live = { learningRate: tf.scalar(0.1) };
    const given = Object.values<tf.Tensor>({ ...params, ...state });
    const before = await Promise.all(given.map((tensor) => tensor.data()));
    await expectNoLeaks(() => {
      tf.dispose(tf.tidy(() => optimizer.update(params, grads, state, live) as never));
    });
    expect(await Promise.all(given.map((tensor) => tensor.data()))).toEqual(before);
  });
});
