/** Weighted least squares in plain numbers: the M step of linear experts. */

/** Rows of numbers, row-major: values[row · columns + column]. */
export interface Matrix {
  rows: number;
  columns: number;
  values: Float64Array;
}

/**
 * Solves A X = B for a symmetric positive definite A [n, n] and B [n, m], both row-major, by
 * Cholesky's decomposition; returns X [n, m]. Throws if A is not positive definite.
 */
export function solveSymmetric(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const lower = Float64Array.from(a);
  for (let j = 0; j < n; j++)
    for (let i = j; i < n; i++) {
      let sum = lower[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      if (i > j) lower[i * n + j] = sum / lower[j * n + j];
      else if (sum > 0) lower[j * n + j] = Math.sqrt(sum);
      else
        throw new Error('The matrix is not positive definite: its equations depend on each other.');
    }
  const m = b.length / n;
  const x = Float64Array.from(b);
  for (let column = 0; column < m; column++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) x[i * m + column] -= lower[i * n + k] * x[k * m + column];
      x[i * m + column] /= lower[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i * m + column] -= lower[k * n + i] * x[k * m + column];
      x[i * m + column] /= lower[i * n + i];
    }
  }
  return x;
}

/**
 * The coefficients [inputs, outputs] that minimise Σ weight · ‖target − x · coefficients‖².
 * `previous` are the coefficients so far: a trace of a pull towards them (1e-10 of the equations'
 * size) decides where the weighed cases leave it open, and cannot make the error larger than it was.
 */
export function weightedLeastSquares(
  x: Matrix,
  targets: Matrix,
  weights: ArrayLike<number>,
  previous: Float64Array,
): Float64Array {
  const n = x.columns;
  const m = targets.columns;
  const left = new Float64Array(n * n);
  const right = new Float64Array(n * m);
  for (let row = 0; row < x.rows; row++)
    for (let i = 0; i < n; i++) {
      const weighed = weights[row] * x.values[row * n + i];
      for (let j = 0; j < n; j++) left[i * n + j] += weighed * x.values[row * n + j];
      for (let j = 0; j < m; j++) right[i * m + j] += weighed * targets.values[row * m + j];
    }
  let size = 0;
  for (let i = 0; i < n; i++) size += left[i * n + i] / n;
  const pull = 1e-10 * size + 1e-100;
  for (let i = 0; i < n; i++) {
    left[i * n + i] += pull;
    for (let j = 0; j < m; j++) right[i * m + j] += pull * previous[i * m + j];
  }
  return solveSymmetric(left, right, n);
}
