import { describe, expect, it } from 'vitest';
import { logTicks, onAxis } from '../../src/views/axes';
import { binned, extent, linearDomain, logDomain } from '../../src/views/bins';
import { spread } from '../../src/views/marks/apart';
import { letter } from '../../src/views/marks/bullet';

describe('ticks of a log axis', () => {
  it('are powers, or 1-2-5 or 1-3 steps between them, as many as fit', () => {
    expect(logTicks([0.001, 10], 5)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(logTicks([0.021, 0.4], 4)).toEqual([0.05, 0.1, 0.2]);
    expect(logTicks([0.2, 40], 5)).toEqual([0.3, 1, 3, 10, 30]);
    expect(logTicks([1, 9.5], 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('leave powers out where too many would fit, evenly', () => {
    expect(logTicks([1e-8, 1], 5)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1]);
  });

  it('are left to Plot where even steps say more', () => {
    expect(logTicks([0.0021, 0.0024], 5)).toBeUndefined();
  });

  it('leaves out what would touch a rounder number', () => {
    expect(logTicks([0.88, 3.1], 4)).toEqual([1, 2, 3]);
    expect(logTicks([0.07, 1.1], 5)).toEqual([0.1, 0.2, 0.5, 1]);
  });
});

describe('numbers of an axis', () => {
  it.each([
    ['20.0 %', '20 %'],
    ['1.40', '1.4'],
    ['1.00', '1'],
    ['0.00100', '0.001'],
    ['2,000', '2,000'],
    ['100 %', '100 %'],
    ['−0.50', '−0.5'],
  ])('%s is %s', (words, short) => {
    expect(onAxis(words)).toBe(short);
  });
});

describe('ranges', () => {
  it('ignore what is no number', () => {
    expect(extent([3, Number.NaN, -1, Number.POSITIVE_INFINITY])).toEqual([-1, 3]);
    expect(extent([])).toEqual([0, 1]);
  });

  it('leave room, and start at 0 where they are linear and positive', () => {
    const [low, high] = linearDomain([2, 10]);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(10.8);
    expect(linearDomain([-2, 10])[0]).toBe(-2);
    expect(linearDomain([0, 0])).toEqual([0, 1]);
  });

  it('of a log axis hold positive numbers only', () => {
    const [low, high] = logDomain([0, -1, 0.01, 100]);
    expect(low).toBeGreaterThan(0.004);
    expect(low).toBeLessThan(0.01);
    expect(high).toBeGreaterThan(100);
  });
});

it('rows are averaged in bins, and both ends are kept', () => {
  const steps = Array.from({ length: 1000 }, (_, i) => i + 1);
  const rows = steps.map((step) => [step, 1]);
  const bins = binned(steps, rows, 1000, 50);
  expect(bins.steps.length).toBe(50);
  expect([bins.steps[0], bins.steps.at(-1)]).toEqual([1, 1000]);
  expect(bins.rows[10]).toEqual([210.5, 1]);
  expect(binned(steps, [], 1000, 50)).toEqual({ steps: [], rows: [] });
});

it('labels move apart without changing their order', () => {
  expect(spread([10, 11, 12], 20, 0, 100)).toEqual([10, 30, 50]);
  expect(spread([98, 99, 97], 20, 0, 100)).toEqual([80, 100, 60]);
  expect(spread([50], 20, 0, 100)).toEqual([50]);
});

it('experts beyond eight have a letter with a number', () => {
  expect([0, 7, 8, 17].map(letter)).toEqual(['A', 'H', 'A2', 'B3']);
});
