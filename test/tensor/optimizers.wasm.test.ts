/** The optimizers on WASM against their plain form. */
import { describe, expect, it } from 'vitest';
import adam from '../../src/model/optimizers/adam';
import adamw from '../../src/model/optimizers/adamw';
import momentum from '../../src/model/optimizers/momentum';
import sgd from '../../src/model/optimizers/sgd';
import type { Optimizer, Params } from '../../src/model/types';
import { optimizerKernel } from '../../src/tensor/ops/optimizer/kernel';
import { hasKernel } from '../../src/tensor/ops/program';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { withoutKernels } from '../engine/fixtures/twins';
import { useWasm } from '../engine/fixtures/wasm';
import { expectClose, expectNoLeaks } from '../model/backend';

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

type Moving = { params: Params; state: Params };

const start = (optimizer: Optimizer): Moving => {
  const params = random(0, 1);
  return { params, state: optimizer.init(params) };
};

/** A step with gradients and rates of its own; what it was given stays. */
function step(optimizer: Optimizer, { params, state }: Moving, number: number): Moving {
  const live = {
    learningRate: tf.scalar(0.1 / number),
    momentum: tf.scalar(0.7),
    weightDecay: tf.scalar(0.3),
  };
  return optimizer.update(params, random(number, number), state, live);
}

function threeSteps(optimizer: Optimizer): Params {
  return tf.tidy(() => {
    let moving = start(optimizer);
    for (const number of [1, 2, 3]) moving = step(optimizer, moving, number);
    return { ...moving.params, ...moving.state };
  });
}

/** The same by a trainer's habit: what a step was given goes as soon as it is done. */
function threeStepsLettingGo(optimizer: Optimizer, look: (moving: Moving) => void): Params {
  let moving = start(optimizer);
  for (const number of [1, 2, 3]) {
    const next = tf.tidy(() => step(optimizer, moving, number) as never) as Moving;
    tf.dispose(moving as never);
    moving = next;
    look(moving);
  }
  return { ...moving.params, ...moving.state };
}

/** Where the numbers of a tensor lie. */
const address = ({ dataId }: tf.Tensor): number =>
  (tf.backend() as unknown as { getMemoryOffset(id: object): number }).getMemoryOffset(dataId);

async function expectSame(got: Params, want: Params): Promise<void> {
  expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
  for (const name of Object.keys(want)) {
    expect(got[name].shape, name).toEqual(want[name].shape);
    // The plain form's bias corrections are worked out in single precision.
    await expectClose(got[name], await want[name].data(), 2e-5);
  }
}

describe.each([adam, adamw, momentum, sgd])('$name', (optimizer) => {
  it('moves what the plain form moves', async () => {
    expect(hasKernel(optimizerKernel)).toBe(true);
    const want = withoutKernels(() => threeSteps(optimizer));
    const got = threeSteps(optimizer);
    await expectSame(got, want);
    tf.dispose([want, got]);
  });

  it.each([
    ['each step', true],
    ['only the last', false],
  ])('writes over what nobody holds any more, whoever looks at %s', async (_, always) => {
    const want = withoutKernels(() => threeSteps(optimizer));
    const places: number[] = [];
    const got = threeStepsLettingGo(optimizer, ({ params }) => {
      if (always) places.push(address(params.long));
    });
    await expectSame(got, want);
    if (always) expect(new Set(places).size).toBe(1);
    // Nor does TensorFlow.js's own WebAssembly look where they were.
    const sum = tf.sum(tf.relu(got.long));
    const numbers = [...(await want.long.data())];
    await expectClose(sum, [numbers.reduce((total, x) => total + Math.max(0, x), 0)], 1e-4);
    tf.dispose([want, got, sum]);
  });

  it('takes no more memory the longer it runs', () => {
    const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
    let moving = start(optimizer);
    const run = (steps: number) => {
      for (let i = 1; i <= steps; i++) {
        const next = tf.tidy(() => step(optimizer, moving, i) as never) as Moving;
        tf.dispose(moving as never);
        moving = next;
      }
      const { numTensors, numDataBuffers, numBytes } = tf.memory();
      return { numTensors, numDataBuffers, numBytes, heap: wasm.HEAPU8.length };
    };
    const before = run(3);
    expect(run(300)).toEqual(before);
    tf.dispose(moving as never);
  });

  it('leaves what it was given as it was, and no tensors behind', async () => {
    const params = random(0, 1);
    const grads = random(1, 1);
    const state = optimizer.init(params);
    const live = { learningRate: tf.scalar(0.1) };
    const given = Object.values<tf.Tensor>({ ...params, ...state });
    const before = await Promise.all(given.map((tensor) => tensor.data()));
    await expectNoLeaks(async () => {
      const moved = tf.tidy(() => optimizer.update(params, grads, state, live) as never) as Moving;
      expect(await moved.params.long.data()).not.toEqual(before[3]);
      tf.dispose(moved as never);
    });
    expect(await Promise.all(given.map((tensor) => tensor.data()))).toEqual(before);
  });
});
