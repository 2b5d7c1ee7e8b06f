import { describe, expect, it } from 'vitest';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import { EagerTrainer } from '../../src/engine/rungs/eager';
import type { TrainingExperiment } from '../../src/model/experiments/types';
import adam from '../../src/model/optimizers/adam';
import adamw from '../../src/model/optimizers/adamw';
import momentum from '../../src/model/optimizers/momentum';
import sgd from '../../src/model/optimizers/sgd';
import type { Optimizer, Params } from '../../src/model/types';
import { webgpuBackend } from '../../src/tensor/internals';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { onCPU, withBindings } from '../engine/fixtures/twins';
import { expectClose, expectNoLeaks } from '../model/backend';

useWebGPU();

const optimizers = [adam, adamw, momentum, sgd];
const shapes: Record<string, number[]> = {
  scalar: [],
  vector: [7],
  matrix: [5, 3],
  long: [1000],
  wide: [3, 700],
  cube: [2, 3, 5],
  one: [1],
};

/** Sizes that four weights at a time divide, some of them far longer than others. */
const aligned: Record<string, number[]> = {
  matrix: [64, 4],
  vector: [8],
  long: [5000],
  longer: [512, 1024],
  wide: [4, 700],
  four: [4],
  cube: [2, 2, 3],
};

const random = (seed: number, deviation: number, like = shapes): Params =>
  Object.fromEntries(
    Object.entries(like).map(([name, shape]) => [name, normal(shape, deviation, seed, name)]),
  );

/** Three steps with other gradients and rates each. */
function threeSteps(optimizer: Optimizer, like: Record<string, number[]>): Params {
  return tf.tidy(() => {
    let params = random(0, 1, like);
    let state = optimizer.init(params);
    for (const step of [1, 2, 3]) {
      const live = {
        learningRate: tf.scalar(0.1 / step),
        momentum: tf.scalar(0.7),
        weightDecay: tf.scalar(0.3),
      };
      ({ params, state } = optimizer.update(params, random(step, step, like), state, live));
    }
    return { ...params, ...state };
  });
}

describe.each(optimizers)('$name as a kernel', (optimizer) => {
  it.each([
    [8, 'any', shapes],
    [10, 'any', shapes],
    [8, 'aligned', aligned],
    [10, 'aligned', aligned],
  ])('moves what the plain form moves: %i bindings, %s sizes', async (bindings, _, like) => {
    const want = onCPU(() => threeSteps(optimizer, like));
    const got = withBindings(bindings, () => threeSteps(optimizer, like));
    expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
    for (const name of Object.keys(want)) {
      expect(got[name].shape, name).toEqual(want[name].shape);
      // The twin works out its bias corrections in single precision.
      await expectClose(got[name], await want[name].data(), 2e-5);
    }
    tf.dispose([want, got]);
  });

  it('leaves what it was given as it was, and no tensors behind', async () => {
    const params = random(0, 1);
    const grads = random(1, 1);
    const state = optimizer.init(params);
    const live = { learningRate: tf.scalar(0.1) };
    const before = await values({ ...params, ...state });
    await expectNoLeaks(() => {
      tf.dispose(tf.tidy(() => optimizer.update(params, grads, state, live) as never));
    });
    expect(await values({ ...params, ...state })).toEqual(before);
  });

  it('says which parameter has no gradient', () => {
    const params = random(0, 1);
    const { cube, ...grads } = random(1, 1);
    const live = { learningRate: tf.scalar(0.1) };
    expect(() => optimizer.update(params, grads, optimizer.init(params), live)).toThrow(
      'The parameter cube [2,3,5] cannot be moved by a gradient [none].',
    );
    cube.dispose();
  });

  it('changes the state in place where a step is captured', async () => {
    const experiment = descent(optimizer);
    const work = () => ({
      session: experiment.start({}, 1, {}),
      seed: 1,
      live: { learningRate: 0.05 },
      inputs: {},
      step: 0,
    });
    const eager = new EagerTrainer(work());
    const captured = await CapturedTrainer.of(webgpuBackend()!, work());
    for (const trainer of [eager, captured]) await trainer.advance(5, Infinity).done;
    const [want, got] = [await eager.state(), await captured.state()];
    for (const [name, { data }] of Object.entries(want.state))
      for (let i = 0; i < data.length; i++)
        expect(Math.abs(got.state[name].data[i] - data[i]), name).toBeLessThan(1e-6);
    const { fixed, steps } = captured.capture as unknown as {
      fixed: { state: Record<string, { buffers: unknown[] }> };
      steps: object[][];
    };
    for (const [name, { buffers }] of Object.entries(fixed.state))
      if (name !== 'adam.count') expect(buffers[0], name).toBe(buffers[1]);
    expect(steps[0].filter((command) => !('grid' in command))).toEqual([]);

    // Back to where it was, and the same way again.
    await captured.advance(2).done;
    const on = await captured.state();
    captured.restore(got.step, got.state);
    await captured.advance(2).done;
    expect((await captured.state()).state).toEqual(on.state);
    for (const trainer of [eager, captured]) trainer.dispose();
  });
});

it('keeps what a step still reads after the change', async () => {
  const experiment = descent(sgd, ({ before, after }) =>
    tf.sum(tf.abs(tf.sub(after.matrix, before.matrix))),
  );
  const session = experiment.start({}, 1, {});
  const work = { session, seed: 1, live: { learningRate: 0.05 }, inputs: {}, step: 0 };
  const captured = await CapturedTrainer.of(webgpuBackend()!, work);
  await captured.advance(4).done;
  const { metrics } = await captured.read(false);
  for (const distance of metrics.extra.data) expect(distance).toBeGreaterThan(1e-3);
  captured.dispose();
});

/** Every number falls to the bottom of a parabola of its own. */
function descent(
  optimizer: Optimizer,
  extra: (seen: { before: Params; after: Params }) => tf.Tensor = () => tf.scalar(0),
): TrainingExperiment {
  return {
    name: 'descent',
    reads: [],
    metrics: {},
    start() {
      const params = random(0, 1);
      return {
        state: { ...params, ...optimizer.init(params) },
        live: ['learningRate'],
        step({ state, live }) {
          const now = Object.fromEntries(Object.keys(params).map((name) => [name, state[name]]));
          const grads = Object.fromEntries(
            Object.entries(now).map(([name, value]) => [name, tf.mul(value, 0.5)]),
          );
          const loss = tf.sum(tf.square(now.long));
          const moved = optimizer.update(now, grads, state, live);
          return {
            state: { ...moved.params, ...moved.state },
            metrics: { loss, extra: extra({ before: now, after: moved.params }) },
          };
        },
      };
    },
  };
}

async function values(params: Params): Promise<Record<string, number[]>> {
  const entries = Object.entries(params).map(
    async ([name, tensor]): Promise<[string, number[]]> => [name, [...(await tensor.data())]],
  );
  return Object.fromEntries(await Promise.all(entries));
}
