/**
 * What the networks of a width sweep could do without moving a kink: the hidden units as they
 * started, the output weights solved for. A straight calculation beside the training.
 */
import type { RunData } from '../../../lab/types';
import { leastSquares } from '../../../model/networks/output-weights';

export interface Solved {
  width: number;
  /** Mean squared error at the points of the target. */
  error: number;
  /** The same half-way between neighbouring points, against the middle of their two values. */
  between: number;
  /** Size of the largest output weight. */
  largest: number;
}

const activations: Record<string, (x: number) => number> = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  square: (x) => x * x,
};

let latest: { key: string; solved: Solved[] } | undefined;

/** One for each network, narrowest first; none before the run has said how it starts. */
export function solvedOf(run: RunData): Solved[] {
  const networks = run.facts?.firstUnits as number[][][] | undefined;
  const target = Array.from(run.probes.target?.data ?? []);
  const activation = activations[String(run.settings.activation)];
  if (!networks || !target.length || !activation) return [];
  const key = JSON.stringify([networks[0], run.settings.activation, target]);
  if (latest?.key !== key)
    latest = { key, solved: networks.map((units) => solve(units, target, activation)) };
  return latest.solved;
}

function solve(units: number[][], target: number[], activation: (x: number) => number): Solved {
  const columns = (xs: number[]) => [
    xs.map(() => 1),
    ...units.map(([slope, offset]) => xs.map((x) => activation(slope * x + offset))),
  ];
  // The target stands on an even grid from −1 to 1.
  const grid = target.map((_, i) => (2 * i) / (target.length - 1) - 1);
  const { weights, error } = leastSquares(columns(grid), target);
  const middles = grid.slice(1).map((x, i) => (x + grid[i]) / 2);
  const values = columns(middles);
  const misses = middles.map((_, p) => {
    const answer = values.reduce((sum, column, i) => sum + weights[i] * column[p], 0);
    return answer - (target[p] + target[p + 1]) / 2;
  });
  return {
    width: units.length,
    error,
    between: misses.reduce((sum, miss) => sum + miss ** 2, 0) / misses.length,
    largest: Math.max(...weights.slice(1).map(Math.abs)),
  };
}

/**
 * Errors by width, for a figure: as many numbers as points leave an error of rounding alone, which
 * has no place on a log axis.
 */
export const solvedPoints = (run: RunData): { at: number; value: number }[] =>
  solvedOf(run)
    .filter(({ error }) => error > 1e-12)
    .map(({ width, error }) => ({ at: width, value: error }));

/** Findings of the networks wide enough to be spoken of: solved8, between8, largest8 … */
export const solvedFindings = (run: RunData, widths: number[]): Record<string, number> =>
  Object.fromEntries(
    solvedOf(run)
      .filter(({ width }) => widths.includes(width))
      .flatMap(({ width, error, between, largest }) => [
        [`solved${width}`, error],
        [`between${width}`, between],
        [`largest${width}`, largest],
      ]),
  );

/** Errors of the trained networks by width, as trained8, trained16 … */
export const trainedFindings = (
  errors: [width: number, error: number][],
  widths: number[],
): Record<string, number> =>
  Object.fromEntries(
    errors
      .filter(([width]) => widths.includes(width))
      .map(([width, error]) => [`trained${width}`, error]),
  );
