import { describe, expect, it } from 'vitest';
import { decodeCurve, drawnRange, encodeCurve } from '../../src/lab/draw';
import { drawn, lifted } from '../../src/views/draw-target';

const curve = (f: (x: number) => number, n = 128) =>
  Float32Array.from({ length: n }, (_, i) => f(-1 + (2 * i) / (n - 1)));

describe('a drawn function in an address', () => {
  it('comes back the same, again and again', () => {
    for (const f of [Math.sin, (x: number) => x, () => 0, (x: number) => 1.4 * Math.cos(2 * x)]) {
      const once = decodeCurve(encodeCurve(curve(f)), 128)!;
      curve(f).forEach((y, i) => {
        expect(Math.abs(once[i] - y)).toBeLessThan(0.0005);
      });
      expect(decodeCurve(encodeCurve(once), 128)).toEqual(once);
    }
  });

  it('fits an address as it is, and holds heights within the figure', () => {
    const word = encodeCurve(curve((x) => 9 * x));
    expect(word).toMatch(/^[\w-]{256}$/);
    expect(new URLSearchParams({ drawn: word }).toString()).toBe(`drawn=${word}`);
    const back = decodeCurve(word, 128)!;
    expect(Math.min(...back)).toBeGreaterThanOrEqual(drawnRange[0]);
    expect(Math.max(...back)).toBeLessThanOrEqual(drawnRange[1]);
  });

  it('may come from a coarser grid', () => {
    const coarse = decodeCurve(encodeCurve(curve(Math.sin, 32)), 128)!;
    expect(coarse[127]).toBeCloseTo(Math.sin(1), 3);
  });

  it('is none if the word is not one', () => {
    for (const word of ['', 'A', 'A'.repeat(127), '!'.repeat(256)])
      expect(decodeCurve(word, 64)).toBeUndefined();
  });
});

describe('drawing', () => {
  it('sets the curve along a stroke, in either direction, and nowhere else', () => {
    const stroke = (from: [number, number], to: [number, number]) =>
      drawn(
        curve(() => 0, 201),
        from,
        to,
      );
    const right = stroke([-0.5, 0], [0.5, 1]);
    expect(right).toEqual(stroke([0.5, 1], [-0.5, 0]));
    expect(right[100]).toBeCloseTo(0.5, 5);
    expect(right[40]).toBe(0);
    expect(right[160]).toBe(0);
    expect(stroke([0, 1], [0, 1])[100]).toBe(1);
  });

  it('lifts the curve around the cursor within the figure', () => {
    const up = lifted(
      curve(() => 0, 201),
      0,
      0.1,
    );
    expect(up[100]).toBeCloseTo(0.1, 5);
    expect(Math.abs(up[0])).toBeLessThan(1e-6);
    expect(
      Math.max(
        ...lifted(
          curve(() => 1.49, 201),
          0,
          1,
        ),
      ),
    ).toBeLessThanOrEqual(1.5);
  });
});
