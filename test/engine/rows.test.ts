/** Rows that wait to be read: bounded, ordered, the same ones whenever they are read. */
import { describe, expect, it } from 'vitest';
import { mostRows, Rows, rowsToRead } from '../../src/engine/rows';

describe('the rows of one reading', () => {
  it.each([
    [0, 10],
    [0, 64],
    [5, 70],
    [100, 333],
    [1, 4096],
  ])('after step %i up to %i are few, in order, with the last', (before, last) => {
    const steps = rowsToRead(before, last);
    expect(steps.length).toBeLessThanOrEqual(mostRows);
    if (last - before <= mostRows) expect(steps).toHaveLength(last - before);
    expect(steps[0]).toBe(before + 1);
    expect(steps.at(-1)).toBe(last);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  });

  it('are the firsts of strides counted from step 0, but for both ends', () => {
    for (const [before, last] of [
      [0, 200],
      [37, 237],
      [101, 301],
    ])
      for (const step of rowsToRead(before, last).slice(1, -1)) expect(step % 4).toBe(0);
  });
});

describe('rows that wait', () => {
  it('come once, are those that a reading of all would take, and the others are released', () => {
    const dropped: number[] = [];
    const rows = new Rows<number>((row) => dropped.push(row));
    for (let step = 1; step <= 1000; step++) rows.add(step, step * 10);
    const taken = rows.take();
    expect(taken.map(({ step }) => step)).toEqual(rowsToRead(0, 1000));
    for (const { step, row } of taken) expect(row).toBe(step * 10);
    expect(dropped.length + taken.length).toBe(1000);
    expect(new Set([...dropped, ...taken.map(({ row }) => row)]).size).toBe(1000);
    expect(rows.take()).toEqual([]);
  });

  it('need not be of every step', () => {
    const rows = new Rows<string>();
    for (let step = 1; step < 1000; step += 2) rows.add(step, 'row');
    const steps = rows.take().map(({ step }) => step);
    expect(steps.length).toBeGreaterThan(mostRows / 3);
    expect(steps.length).toBeLessThanOrEqual(mostRows);
    expect(steps.at(-1)).toBe(999);
  });

  it('are released where nobody will read them', () => {
    const dropped: number[] = [];
    const rows = new Rows<number>((row) => dropped.push(row));
    for (let step = 1; step <= 5; step++) rows.add(step, step);
    rows.clear();
    expect(dropped.sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
