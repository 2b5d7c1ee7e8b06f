/** What station 01's labs say of networks whose kinks stand still. */
import { describe, expect, it } from 'vitest';
import { startRun } from '../../src/lab/run';
import type { RunData } from '../../src/lab/types';
import { solvedFindings, solvedOf } from '../../src/labs/hidden-layer/shared/solved';
import { grid } from '../../src/model/tasks/curves';

/** A run of networks that start with these [slope, offset] and are to fit this curve. */
const runOf = (firstUnits: number[][][], curve: (x: number) => number): RunData => ({
  ...startRun({ activation: 'relu' }, 1),
  facts: { firstUnits },
  probes: { target: { shape: [grid.length], data: Array.from(grid, curve) } },
});

const relu = (x: number) => Math.max(0, x);

describe('the output weights solved for', () => {
  it('are exact where the units can make the curve, at the points and between them', () => {
    const units = [
      [1, 0.3],
      [-2, 0.1],
    ];
    const [solved] = solvedOf(runOf([units], (x) => 5 * relu(x + 0.3) - 2 * relu(0.1 - 2 * x) + 1));
    expect(solved.width).toBe(2);
    expect(solved.error).toBeLessThan(1e-12);
    // A kink lies between two points, whose middle the curve then misses by a little.
    expect(solved.between).toBeLessThan(1e-5);
    expect(solved.largest).toBeCloseTo(5, 4);
  });

  it('leave what the units cannot make', () => {
    // One unit without a kink inside: only straight lines. Of x² the best leaves 4/45.
    const [solved] = solvedOf(runOf([[[1, 2]]], (x) => x * x));
    expect(solved.error).toBeCloseTo(4 / 45, 2);
  });

  it('follow the activation of the run', () => {
    const run = runOf([[[1, 2]]], (x) => (x + 2) ** 2);
    const squares = { ...run, settings: { activation: 'square' } };
    expect(solvedOf(squares)[0].error).toBeLessThan(1e-12);
    expect(solvedOf(run)[0].error).toBeGreaterThan(0.05);
  });

  it('are not spoken of before a run has said how it starts', () => {
    expect(solvedOf(startRun({ activation: 'relu' }, 1))).toEqual([]);
  });

  it('become findings by width', () => {
    const run = runOf(
      [
        [[1, 0.3]],
        [
          [1, 0.3],
          [1, -0.2],
        ],
      ],
      relu,
    );
    expect(Object.keys(solvedFindings(run, [2, 64]))).toEqual(['solved2', 'between2', 'largest2']);
  });
});
