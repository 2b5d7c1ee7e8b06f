/** Least squares against answers that are known by hand. */
import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../src/model/networks/output-weights';

const close = (a: number[], b: number[]) =>
  a.forEach((x, i) => {
    expect(Math.abs(x - b[i])).toBeLessThan(1e-9);
  });

describe('output weights with the units held still', () => {
  it('are the line of regression for a constant and x', () => {
    // Points (0, 1), (1, 2), (2, 2): slope Σ(x − 1)(y − 5/3) / Σ(x − 1)² = 1/2, height 7/6.
    const { weights, error } = leastSquares(
      [
        [1, 1, 1],
        [0, 1, 2],
      ],
      [1, 2, 2],
    );
    close(weights, [7 / 6, 1 / 2]);
    // Left over: −1/6, 1/3, −1/6, whose squares have the mean (1 + 4 + 1) / 36 / 3.
    expect(error).toBeCloseTo(1 / 18, 12);
  });

  it('pass through every point where there are as many columns as points', () => {
    const columns = [
      [1, 1, 1],
      [0, 1, 2],
      [0, 0, 1],
    ];
    const { weights, error } = leastSquares(columns, [3, 1, 4]);
    close(weights, [3, -2, 5]);
    expect(error).toBeLessThan(1e-25);
  });

  it('leave out a column that others make up', () => {
    const { weights, error } = leastSquares(
      [
        [1, 1, 0],
        [2, 2, 0],
        [0, 0, 0],
      ],
      [3, 3, 3],
    );
    close(weights, [3, 0, 0]);
    expect(error).toBeCloseTo(3, 12);
  });

  it('stay right where two columns differ by a millionth', () => {
    const { weights } = leastSquares(
      [
        [1, 1, 1],
        [1, 1, 1 + 1e-6],
      ],
      [2, 2, 2 + 3e-6],
    );
    expect(weights[0]).toBeCloseTo(-1, 4);
    expect(weights[1]).toBeCloseTo(3, 4);
  });
});
