import { expect, it } from 'vitest';
import { equal } from '../../src/engine/worker/equal';

it('compares plain data and numbers by what they say', () => {
  const value = () => ({ a: [1, { b: null }], c: 'x', d: Float32Array.of(1, Number.NaN) });
  expect(equal(value(), value())).toBe(true);
  expect(equal({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
});

it.each([
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: 1 }, { a: '1' }],
  [
    [1, 2],
    [1, 2, 3],
  ],
  [[1], { 0: 1 }],
  [null, {}],
  [Float32Array.of(1, 2), Float32Array.of(1, 3)],
  [Float32Array.of(1), Int32Array.of(1)],
  [Float32Array.of(1), [1]],
])('tells %j from %j', (a, b) => {
  expect(equal(a, b)).toBe(false);
  expect(equal(b, a)).toBe(false);
});
