/** Steps that a replay would get wrong are refused, by a sentence that names what did it. */
import { beforeAll, expect, it } from 'vitest';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import { EagerTrainer } from '../../src/engine/rungs/eager';
import { trainerFor } from '../../src/engine/rungs/trainer-for';
import type { Session, StepInput } from '../../src/model/experiments/types';
import type { Params } from '../../src/model/types';
import { webgpuBackend } from '../../src/tensor/internals';
import { Refusal } from '../../src/tensor/listener';
import * as tf from '../../src/tensor/tf';

beforeAll(async () => {
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
});

const work = (step: Session['step'], state: Params = { w: tf.ones([3]) }) => ({
  session: { state, live: [], step },
  seed: 1,
  live: {},
  inputs: {},
  step: 0,
});

const shrink = ({ state }: StepInput, by: tf.Tensor | number = 0.5) => {
  const w = tf.mul(state.w, by);
  return { state: { w }, metrics: { loss: tf.sum(w) } };
};

async function refusal(step: Session['step']): Promise<string> {
  try {
    (await CapturedTrainer.of(webgpuBackend()!, work(step))).dispose();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return (error as Error).message;
  }
  throw new Error('The capture was not refused.');
}

it('a step that reads numbers back', async () => {
  const words = await refusal((now) => {
    tf.sum(now.state.w).dataSync();
    return shrink(now);
  });
  expect(words).toMatch(/reads numbers back/);
});

it('a step that sends other numbers each time', async () => {
  let count = 0;
  expect(await refusal((now) => shrink(now, 1 / ++count))).toMatch(
    /numbers.*that change from step to step \(in Multiply\)/,
  );
});

it('a step whose kernels are parameterised by the CPU', async () => {
  let count = 0;
  const words = await refusal((now) => {
    count++;
    return shrink(now, tf.slice(tf.concat([now.state.w, now.state.w]), count % 2, 3));
  });
  expect(words).toMatch(/change from step to step \(in Slice\)/);
});

it('a step that takes another way each time', async () => {
  let count = 0;
  const words = await refusal((now) => shrink(now, count++ % 2 ? tf.exp(now.state.w) : 0.5));
  expect(words).toMatch(/does not run the same kernels|change from step to step/);
});

it('a step that disposes of what it did not make', async () => {
  const table = tf.mul(tf.ones([3]), 2);
  await table.data();
  const words = await refusal((now) => {
    const result = shrink(now, table);
    table.dispose();
    return result;
  });
  expect(words).toMatch(/disposes of a tensor that it did not make/);
});

it('a wrong shape is an error, not a refusal: TensorFlow.js could not go on either', async () => {
  const grow: Session['step'] = ({ state }) => ({
    state: { w: tf.concat([state.w, state.w]) },
    metrics: { loss: tf.sum(state.w) },
  });
  await expect(CapturedTrainer.of(webgpuBackend()!, work(grow))).rejects.toThrow(
    'The step turned the state w from float32 [3] into float32 [6]',
  );
});

it('goes on through TensorFlow.js and says why', async () => {
  let count = 0;
  const { trainer, refusal: why } = await trainerFor(work((now) => shrink(now, 1 / ++count)));
  expect(trainer).toBeInstanceOf(EagerTrainer);
  expect(why).toContain('Multiply');
  await trainer.advance(2, Infinity).done;
  expect([...(await trainer.read(false)).steps]).toEqual([1, 2]);
  trainer.dispose();
});

it('state may be constant, unchanged, exchanged or shared', async () => {
  const state = {
    a: tf.tensor1d([1, 2]),
    b: tf.tensor1d([3, 4]),
    c: tf.zeros([2]),
    d: tf.ones([2]),
  };
  const step: Session['step'] = ({ state: { a, b, d } }) => {
    const sum = tf.add(a, b);
    return {
      state: { a: b, b: a, c: tf.tensor1d([7, 8]), d },
      metrics: { loss: tf.sum(tf.mul(sum, [1, 10])), both: tf.concat([a, b]) },
    };
  };
  const trainer = await CapturedTrainer.of(webgpuBackend()!, work(step, state));
  await trainer.advance(3, Infinity).done;
  const { metrics } = await trainer.read(false);
  expect([...metrics.both.data]).toEqual([1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4]);
  const after = (await trainer.state()).state;
  expect([...after.a.data, ...after.b.data, ...after.c.data, ...after.d.data]).toEqual([
    3, 4, 1, 2, 7, 8, 1, 1,
  ]);
  trainer.dispose();
});

it('probes may be whole numbers', async () => {
  const given = work(shrink);
  const probes = {
    largest: ({ state }: StepInput) => tf.argMax(tf.neg(tf.add(state.w, [3, 1, 2]))),
  };
  const session = { ...given.session, probes };
  const trainer = await CapturedTrainer.of(webgpuBackend()!, { ...given, session });
  expect((await trainer.read(true)).probes.largest).toEqual({
    shape: [],
    data: Float32Array.of(1),
  });
  trainer.dispose();
});
