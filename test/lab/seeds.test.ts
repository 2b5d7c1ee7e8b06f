/** What is said of several seeds: the prose and the strip beside a figure read it. */
import { describe, expect, it } from 'vitest';
import {
  countOf,
  inSeeds,
  median,
  pairsOf,
  placeOf,
  spreadOf,
  valuesOf,
} from '../../src/lab/seeds';

const eight = [0.41, 0.47, 0.43, 0.42, 0.46, 0.44, 0.42, 0.43];

describe('the median', () => {
  it('is the middle value, or half-way between the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median(eight)).toBeCloseTo(0.43, 12);
    expect(median([7])).toBe(7);
    // By size, not by name: 10 comes after 9.
    expect(median([10, 9, 100])).toBe(10);
    expect(median([1, Infinity, Infinity])).toBe(Infinity);
    expect(median([Infinity, Infinity])).toBe(Infinity);
  });

  it('of nothing, or with something that is no number, is none', () => {
    expect(median([])).toBeNaN();
    expect(median([1, Number.NaN, 2])).toBeNaN();
  });

  it('leaves the rows as they were', () => {
    const values = Object.freeze([3, 1, 2]);
    expect(median(values)).toBe(2);
  });
});

it('the spread is median, lowest and highest', () => {
  const { count, median: middle, low, high } = spreadOf(eight);
  expect([count, low, high]).toEqual([8, 0.41, 0.47]);
  expect(middle).toBeCloseTo(0.43, 12);
  expect(spreadOf([])).toEqual({
    count: 0,
    median: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
  });
});

it('counts what lies strictly on one side', () => {
  expect(countOf(eight, 'below', 0.43)).toBe(3);
  expect(countOf(eight, 'above', 0.43)).toBe(3);
  expect(countOf([Number.NaN, 1], 'above', 0)).toBe(1);
});

it('takes a finding out of the seeds', () => {
  const seeds = [
    { seed: 1, findings: { loss: 2 } },
    { seed: 5, findings: {} },
    // What JSON makes of a number that is none.
    { seed: 7, findings: JSON.parse('{ "loss": null }') },
  ];
  expect(valuesOf(seeds, 'loss')).toEqual([
    { seed: 1, value: 2 },
    { seed: 5, value: Number.NaN },
    { seed: 7, value: Number.NaN },
  ]);
});

it('pairs runs by seed, not by place', () => {
  const a = [
    { seed: 1, value: 3 },
    { seed: 2, value: 5 },
    { seed: 9, value: 7 },
  ];
  const b = [
    { seed: 2, value: 1 },
    { seed: 1, value: 4 },
  ];
  expect(pairsOf(a, b)).toEqual([
    { seed: 1, a: 3, b: 4, difference: -1 },
    { seed: 2, a: 5, b: 1, difference: 4 },
  ]);
});

it('says in how many seeds', () => {
  expect(inSeeds(6, 8)).toBe('in 6 of 8 seeds');
  expect(inSeeds(8, 8)).toBe('in all 8 seeds');
  expect(inSeeds(0, 8)).toBe('in none of 8 seeds');
  expect(inSeeds(1, 1)).toBe('in the one seed');
});

describe('the place of one more run', () => {
  const among = (value: number, others = eight) => placeOf(value, others)?.among;
  const ordinal = (value: number, others = eight) => placeOf(value, others)?.ordinal;

  it('is below, inside or above', () => {
    expect(among(0.4)).toBe('below all eight');
    expect(among(0.45)).toBe('inside the eight');
    expect(among(0.5)).toBe('above all eight');
    // At the edge is not beyond it.
    expect(among(0.41)).toBe('inside the eight');
    expect(among(0.47)).toBe('inside the eight');
    expect(among(1, [1, 1, 1])).toBe('equal to all three');
  });

  it('is counted from the nearer end', () => {
    expect(ordinal(0.4)).toBe('the lowest of nine');
    expect(ordinal(0.415)).toBe('the second lowest of nine');
    expect(ordinal(0.465)).toBe('the second highest of nine');
    expect(ordinal(0.5)).toBe('the highest of nine');
    expect(ordinal(2, [1, 3])).toBe('the middle one of three');
    expect(placeOf(0.45, eight)).toMatchObject({ rank: 7, of: 9 });
  });

  it('says so where others stand in the same place', () => {
    expect(ordinal(0.41)).toBe('level with others, the lowest of nine');
    expect(ordinal(0.42)).toBe('level with others, the second lowest of nine');
    expect(ordinal(0, [0, 0])).toBe('the same as all three');
  });

  it('reads well among few and among many', () => {
    expect(among(1, [2])).toBe('below the other one');
    expect(among(3, [1, 2])).toBe('above both');
    expect(
      among(
        0,
        Array.from({ length: 40 }, (_, i) => i + 1),
      ),
    ).toBe('below all 40');
    const many = Array.from({ length: 60 }, (_, i) => i + 1);
    expect(ordinal(10.5, many)).toBe('the 11th lowest of 61');
    expect(ordinal(21.5, many)).toBe('the 22nd lowest of 61');
  });

  it('is none among nothing, and none for what is no number', () => {
    expect(placeOf(1, [])).toBeUndefined();
    expect(placeOf(Number.NaN, eight)).toBeUndefined();
    expect(placeOf(1, [Number.NaN])).toBeUndefined();
    expect(among(0, [Number.NaN, 1, 2, 3])).toBe('below all three');
  });
});
