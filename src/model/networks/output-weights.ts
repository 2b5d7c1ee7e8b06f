/**
 * With its hidden units held still, a network with one hidden layer is linear in its output
 * weights, and the weights with the least squared error are found at once: no steps, no rate.
 * Plain numbers in double precision, no tensors.
 */

export interface Solution {
  /** One per column. A column that the ones before it can make up gets 0. */
  weights: number[];
  /** Mean squared error that is left. */
  error: number;
}

/** Below this part of its length, what is left of a column is rounding. */
const negligible = 1e-9;

/**
 * The weighted sum of columns that comes nearest to the target, all of one length. Gram and
 * Schmidt's way, each column twice, so that nearly equal columns do no harm.
 */
export function leastSquares(columns: number[][], target: ArrayLike<number>): Solution {
  const basis: number[][] = [];
  /** How the kept columns are made of the basis: row j of column i, j ≤ i. */
  const factors: number[][] = [];
  const kept: number[] = [];
  for (const [index, column] of columns.entries()) {
    const { rest, shares } = without(basis, column);
    const size = Math.sqrt(dot(rest, rest));
    if (!(size > negligible * Math.sqrt(dot(column, column)))) continue;
    basis.push(rest.map((x) => x / size));
    factors.push([...shares, size]);
    kept.push(index);
  }
  const { rest, shares } = without(basis, Array.from(target));
  const weights = columns.map(() => 0);
  for (let i = kept.length - 1; i >= 0; i--) {
    let sum = shares[i];
    for (let j = i + 1; j < kept.length; j++) sum -= factors[j][i] * weights[kept[j]];
    weights[kept[i]] = sum / factors[i][i];
  }
  return { weights, error: dot(rest, rest) / rest.length };
}

/** What is left of a vector when its share of each basis vector is taken away, and the shares. */
function without(basis: number[][], vector: number[]): { rest: number[]; shares: number[] } {
  const rest = [...vector];
  const shares = basis.map(() => 0);
  for (let pass = 0; pass < 2; pass++)
    for (const [i, direction] of basis.entries()) {
      const share = dot(direction, rest);
      shares[i] += share;
      for (let p = 0; p < rest.length; p++) rest[p] -= share * direction[p];
    }
  return { rest, shares };
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
