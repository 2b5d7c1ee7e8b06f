/** The one training loop, and what a change of a setting does to a run. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  allFinite,
  type Checkpoint,
  carryOver,
  type Made,
  madeOf,
  openSession,
} from '../../src/model/experiments/session';
import { change, Training, workOf } from '../../src/model/experiments/train';
import type { Session, TrainingExperiment } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { expectNoLeaks, useBackend } from './backend';

useBackend();

let starts: unknown[][] = [];
beforeEach(() => {
  starts = [];
});

/** A place that moves by `learningRate` times `width` in each step, and a shape that is the width. */
const walker: TrainingExperiment = {
  name: 'walker',
  reads: ['learningRate', 'hidden'],
  takes: { wind: 'numbers' },
  metrics: { place: { label: 'place' }, from: { label: 'place before' } },
  defaultInputs: () => ({ wind: { shape: [1], data: Float32Array.of(0) } }),
  start(settings, seed, inputs) {
    starts.push([settings, seed, inputs]);
    const hidden = Number(settings.hidden);
    if (hidden > 9) throw new Error(`At most 9 units; ${hidden} were asked for.`);
    const kept = tf.scalar(hidden);
    tf.ones([7]); // Forgotten: closing releases it.
    return {
      state: { place: tf.scalar(seed), units: tf.ones([hidden]) },
      live: ['learningRate'],
      step({ state, live, inputs: { wind }, random }) {
        const move = tf.add(tf.mul(live.learningRate, kept), tf.sum(wind));
        const place = tf.add(state.place, move);
        const counted = tf.cast(random.counter, 'float32');
        return {
          state: { place, units: state.units },
          metrics: { place, from: state.place, counted },
        };
      },
      probes: { twice: ({ state }) => tf.mul(state.place, 2) },
      dispose: () => kept.dispose(),
    };
  },
};

const settings = { learningRate: 0.5, hidden: 2 };

function begin(made: Made, from?: Checkpoint) {
  const opened = openSession(walker, made.settings, made.seed, made.inputs);
  if (from) carryOver(opened, from.state);
  return { opened, trainer: new Training(workOf(opened, from?.step)) };
}

const open = () => begin(madeOf(walker, settings, 1));

async function close({ opened, trainer }: ReturnType<typeof begin>) {
  trainer.dispose();
  opened.close();
}

async function taken(training: Training): Promise<Record<string, number>> {
  const metrics = training.take();
  const row: Record<string, number> = {};
  for (const [name, tensor] of Object.entries(metrics)) row[name] = (await tensor.data())[0];
  tf.dispose(metrics);
  return row;
}

describe('the loop', () => {
  it('steps from state to state and counts', async () => {
    const run = open();
    expect(await taken(run.trainer)).toEqual({ place: 2, from: 1, counted: 0 });
    // Metrics were disposed of: what is also a state lives on.
    expect(await taken(run.trainer)).toEqual({ place: 3, from: 2, counted: 1 });
    expect(run.trainer.step).toBe(2);
    const { twice } = run.trainer.probes();
    expect([...(await twice.data())]).toEqual([6]);
    twice.dispose();
    await close(run);
  });

  it('reads live settings and numbers anew in each step', async () => {
    const run = open();
    run.trainer.setLive('learningRate', 2);
    run.trainer.setInputs({ wind: { shape: [1], data: Float32Array.of(10) } });
    expect(await taken(run.trainer)).toMatchObject({ place: 15 });
    await close(run);
  });

  it('goes back to a state, and leaves the session’s own alone', async () => {
    const run = open();
    await taken(run.trainer);
    const kept = await run.trainer.state();
    await taken(run.trainer);
    run.trainer.restore(kept.step, kept.state);
    expect(await taken(run.trainer)).toEqual({ place: 3, from: 2, counted: 1 });
    const { session } = run.opened;
    expect((await session.state.place.data())[0]).toBe(1);
    await close(run);
  });

  it('leaves nothing behind, whatever the experiment forgot', () =>
    expectNoLeaks(() => {
      const run = open();
      tf.dispose([run.trainer.take(), run.trainer.take(), run.trainer.probes()]);
      run.trainer.setLive('learningRate', 1);
      run.trainer.dispose();
      run.opened.close();
    }));

  it.each<[string, Session['step']]>([
    [
      'The step forgot the state units',
      ({ state: { place } }) => ({ state: { place }, metrics: {} }),
    ],
    [
      'The step turned the state units from float32 [2] into float32 [1]',
      ({ state }) => ({ state: { ...state, units: tf.ones([1]) }, metrics: {} }),
    ],
    [
      'The step returned more, which is not part of',
      ({ state }) => ({ state: { ...state, more: tf.ones([1]) }, metrics: {} }),
    ],
    [
      'The metric units is float32 [2,2]',
      ({ state }) => ({ state, metrics: { units: tf.ones([2, 2]) } }),
    ],
  ])('says: %s', (words, step) => {
    const { opened, trainer } = open();
    const broken = new Training(workOf({ ...opened, session: { ...opened.session, step } }));
    expect(() => broken.take()).toThrow(words);
    broken.dispose();
    trainer.dispose();
    opened.close();
  });

  it('takes no step once it is closed', async () => {
    const run = open();
    await close(run);
    expect(() => run.trainer.take()).toThrow('This run was closed.');
  });
});

describe('a change in mid-run', () => {
  it('sets a live setting without a new start', async () => {
    const run = open();
    await taken(run.trainer);
    expect(await change(run, 'learningRate', 1, begin)).toBe(run);
    expect(await taken(run.trainer)).toMatchObject({ place: 4 });
    expect(run.opened.settings).toEqual({ learningRate: 1, hidden: 2 });
    expect(starts).toHaveLength(1);
    await close(run);
  });

  it('opens anew with what fits of the state, and goes on counting', async () => {
    const before = open();
    await taken(before.trainer);
    const run = await change(before, 'hidden', 4, begin);
    expect(run).not.toBe(before);
    expect(starts[1]).toEqual([{ learningRate: 0.5, hidden: 4 }, 1, before.opened.inputs]);
    expect(await taken(run.trainer)).toEqual({ place: 4, from: 2, counted: 1 });
    const { state } = await run.trainer.state();
    expect(state.units.shape).toEqual([4]);
    expect(() => before.trainer.take()).toThrow('closed');
    await close(run);
  });

  it('leaves the run as it was where it is refused', async () => {
    const run = open();
    await expect(change(run, 'hidden', 10, begin)).rejects.toThrow(
      'At most 9 units; 10 were asked for.',
    );
    await expect(change(run, 'learningRate', 'fast', begin)).rejects.toThrow(
      'learningRate must be a number, not fast.',
    );
    expect(run.opened.settings).toEqual(settings);
    expect(await taken(run.trainer)).toMatchObject({ place: 2 });
    await close(run);
  });

  it('leaves nothing behind, refused or not', () =>
    expectNoLeaks(async () => {
      const run = open();
      await change(run, 'hidden', 10, begin).catch(() => {});
      await close(await change(run, 'hidden', 3, begin));
    }));
});

it('tells a state worth going back to', () => {
  const state = (...values: number[]) => ({
    w: { shape: [values.length], dtype: 'float32' as const, data: Float32Array.from(values) },
  });
  expect(allFinite(state(1, 2))).toBe(true);
  expect(allFinite(state(1, Number.NaN))).toBe(false);
  expect(allFinite(state(Infinity))).toBe(false);
});
