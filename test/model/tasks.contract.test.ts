/** What every task keeps: files under tasks/ whose default export is a task are found here. */
import { describe, expect, it } from 'vitest';
import { batch, flat, onDevice } from '../../src/model/samples';
import type { Task, TaskOption } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const files = import.meta.glob<{ default?: Task }>('../../src/model/tasks/*.ts', { eager: true });
const tasks = Object.entries(files).flatMap(([path, { default: task }]) =>
  task ? [{ name: path.split('/').at(-1)!.replace('.ts', ''), task }] : [],
);

it('there are tasks to check', () => {
  expect(tasks.length).toBeGreaterThanOrEqual(13);
});

describe.each(tasks)('$name', ({ name, task }) => {
  const rows = 24;
  const shape = task.shape();
  const parts = task.unseen ? (['train', 'unseen'] as const) : (['train'] as const);

  it('has the name of its file, a label and sound options', () => {
    expect(task.name).toBe(name);
    expect(task.label.length).toBeGreaterThan(3);
    for (const option of Object.values<TaskOption>(task.options)) {
      expect(option.label.length).toBeGreaterThan(2);
      if (option.kind === 'number') {
        expect(option.default).toBeGreaterThanOrEqual(option.min);
        expect(option.default).toBeLessThanOrEqual(option.max);
        if (option.integer) expect(Number.isInteger(option.default)).toBe(true);
      }
      if (option.kind === 'choice')
        expect(option.options.map(({ value }) => value)).toContain(option.default);
    }
  });

  it.each(parts)('%s rows are as wide as said, and in range', (part) => {
    const { inputs, targets, weights, groups, rows: made } = task.sample(5, rows, {}, part);
    expect(made).toBe(rows);
    expect(inputs.length).toBe(rows * shape.inputs);
    expect(inputs.every(Number.isFinite)).toBe(true);
    expect(targets.every(Number.isFinite)).toBe(true);
    const isToken = (token: number) =>
      Number.isInteger(token) && token >= 0 && token < (shape.words?.length ?? 0);
    if (task.kind === 'tokens') {
      expect(inputs).toBeInstanceOf(Int32Array);
      expect(shape.outputs).toBe(shape.inputs);
      expect(targets.length).toBe(rows * shape.outputs);
      expect(inputs.every(isToken) && targets.every(isToken)).toBe(true);
      expect(new Set(shape.words).size).toBe(shape.words!.length);
      // A target is the token that follows: row by row, targets are the inputs moved by one.
      for (let row = 0; row < rows; row++) {
        const at = row * shape.inputs;
        expect(targets.slice(at, at + shape.inputs - 1)).toEqual(
          inputs.slice(at + 1, at + shape.inputs),
        );
        if (weights) expect(weights.slice(at, at + shape.inputs)).toContain(1);
      }
    } else {
      expect(inputs).toBeInstanceOf(Float32Array);
      expect(weights).toBeUndefined();
      if (task.kind === 'regression') {
        expect(targets.length).toBe(rows * shape.outputs);
      } else {
        expect(targets.length).toBe(rows);
        expect(targets.every((t) => Number.isInteger(t) && t >= 0 && t < shape.outputs)).toBe(true);
      }
    }
    if (groups) {
      expect(groups.length).toBe(rows);
      expect(groups.every((group) => group >= 0 && group < shape.groups!.length)).toBe(true);
    }
  });

  it('draws the same rows from the same seed, others from another, others when unseen', () => {
    const draw = (seed: number, part?: 'train' | 'unseen') => task.sample(seed, rows, {}, part);
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).toEqual(draw(5, 'train'));
    expect(draw(5).inputs).not.toEqual(draw(6).inputs);
    if (task.unseen) expect(draw(5).inputs).not.toEqual(draw(5, 'unseen').inputs);
    else expect(() => draw(5, 'unseen')).toThrow(/no unseen part/);
  });

  it('refuses in words what it cannot make', () => {
    expect(() => task.sample(1, 0)).toThrow('1 or more; 0 were asked for');
    expect(() => task.sample(1, 2.5)).toThrow('1 or more; 2.5 were asked for');
    expect(() => task.shape({ magic: 1 })).toThrow('There is no option "magic"');
    for (const [option, limits] of Object.entries(task.options)) {
      const wrong =
        limits.kind === 'number' ? limits.max + 1 : limits.kind === 'choice' ? 'magic' : 7;
      expect(() => task.shape({ [option]: wrong }), option).toThrow(`"${limits.label}"`);
      expect(() => task.sample(1, 2, { [option]: wrong }), option).toThrow(`"${limits.label}"`);
      if (limits.kind === 'number' && limits.integer)
        expect(() => task.shape({ [option]: limits.min + 0.5 }), option).toThrow('whole number');
    }
  });

  // A number at either end of its range, the others as they are: every part has rows there too.
  const ends = Object.entries(task.options).flatMap(([option, limits]) =>
    limits.kind === 'number' ? [limits.min, limits.max].map((value) => ({ [option]: value })) : [],
  );
  it.each(ends)('makes rows, or says why not, at the end of a range: %o', (given) => {
    for (const part of parts) {
      try {
        expect(task.sample(3, 6, given, part).rows).toBe(6);
      } catch (error) {
        expect((error as Error).message).toMatch(/\w+ \w+ \w+.*\d/);
      }
    }
  });

  it('goes to the device and comes back in batches', async () => {
    const sample = task.sample(5, rows);
    const all = onDevice(task.kind, shape, sample);
    await expectClose(all.inputs, sample.inputs, 0);
    await expectClose(all.targets, sample.targets, 0);
    expect(all.inputs.shape).toEqual([rows, shape.inputs]);
    const random = { seed: 3, counter: tf.scalar(0, 'int32') };
    const some = batch(all, 7, random);
    expect(some.inputs.shape).toEqual([7, shape.inputs]);
    // Every drawn row is one of the rows, with its own target.
    const [inputs, targets] = await Promise.all([some.inputs.data(), some.targets.data()]);
    const width = targets.length / 7;
    const rowOf = (from: ArrayLike<number>, row: number, wide: number) =>
      Array.from({ length: wide }, (_, i) => from[row * wide + i]).join();
    const known = new Set(
      Array.from(
        { length: rows },
        (_, row) =>
          `${rowOf(sample.inputs, row, shape.inputs)}→${rowOf(sample.targets, row, width)}`,
      ),
    );
    for (let row = 0; row < 7; row++)
      expect(known).toContain(`${rowOf(inputs, row, shape.inputs)}→${rowOf(targets, row, width)}`);
    if (task.kind === 'tokens') {
      const { inputs: tokens, weights } = flat(some);
      expect(tokens.shape).toEqual([7 * shape.inputs]);
      expect(tokens.dtype).toBe('int32');
      await expectClose(weights, await some.weights!.data(), 0);
    }
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(() => {
      tf.tidy(() => {
        const all = onDevice(task.kind, shape, task.sample(1, 4));
        flat(batch(all, 2, { seed: 1, counter: tf.scalar(1, 'int32') }));
      });
    }));
});
