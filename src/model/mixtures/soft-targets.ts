/**
 * Fits a linear softmax gate to soft targets by iteratively reweighted least squares, which for
 * this problem is Newton's method: the M step of the gates. jordan1994.
 */
import { type Matrix, solveSymmetric } from './least-squares';

/**
 * Improves the gate's coefficients [inputs, children] so that Σ weight · Σ target · log softmax
 * grows, until it stops growing or `iterations` are spent; never ends lower than it began.
 * x [cases, inputs], targets [cases, children] with rows summing to 1, weights [cases].
 * The result's last column is 0: softmax only knows differences.
 */
export function fitGate(
  x: Matrix,
  targets: Matrix,
  weights: ArrayLike<number>,
  coefficients: Float64Array,
  iterations = 25,
): Float64Array {
  const children = targets.columns;
  let best = relativeToLast(coefficients, children);
  let value = fitOf(x, targets, weights, best);
  let damping = 1e-9;
  for (let i = 0; i < iterations; i++) {
    const { gradient, curvature } = newton(x, targets, weights, best);
    const tried = improved(x, targets, weights, best, value, gradient, curvature, damping);
    if (!tried) break;
    const gain = tried.value - value;
    ({ coefficients: best, value } = tried);
    damping = Math.max(1e-9, tried.damping / 100);
    if (gain <= 1e-13 * Math.abs(value)) break;
  }
  return best;
}

/** One Newton step, damped more and more until it does not lower the fit. */
function improved(
  x: Matrix,
  targets: Matrix,
  weights: ArrayLike<number>,
  from: Float64Array,
  value: number,
  gradient: Float64Array,
  curvature: Float64Array,
  least: number,
) {
  const size = gradient.length;
  const free = targets.columns - 1;
  let scale = 0;
  for (let i = 0; i < size; i++) scale += curvature[i * size + i] / size;
  for (let damping = least; damping < 1e12; damping *= 10) {
    const damped = Float64Array.from(curvature);
    for (let i = 0; i < size; i++) damped[i * size + i] += damping * (scale + 1e-12);
    const step = attempt(() => solveSymmetric(damped, gradient, size));
    if (!step) continue;
    const coefficients = Float64Array.from(from);
    step.forEach((by, at) => {
      coefficients[Math.floor(at / free) * targets.columns + (at % free)] += by;
    });
    const reached = fitOf(x, targets, weights, coefficients);
    if (reached > value) return { coefficients, value: reached, damping };
  }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Gradient and negative Hessian by the free coefficients, [input, child] with the last child left out. */
function newton(
  x: Matrix,
  targets: Matrix,
  weights: ArrayLike<number>,
  coefficients: Float64Array,
) {
  const free = targets.columns - 1;
  const size = x.columns * free;
  const gradient = new Float64Array(size);
  const curvature = new Float64Array(size * size);
  const p = new Float64Array(targets.columns);
  for (let row = 0; row < x.rows; row++) {
    const weight = weights[row];
    if (weight === 0) continue;
    softmaxRow(x, row, coefficients, targets.columns, p);
    for (let i = 0; i < x.columns; i++) {
      const xi = weight * x.values[row * x.columns + i];
      for (let a = 0; a < free; a++) {
        gradient[i * free + a] += xi * (targets.values[row * targets.columns + a] - p[a]);
        for (let j = 0; j < x.columns; j++) {
          const xij = xi * x.values[row * x.columns + j];
          for (let b = 0; b < free; b++)
            curvature[(i * free + a) * size + j * free + b] +=
              xij * p[a] * ((a === b ? 1 : 0) - p[b]);
        }
      }
    }
  }
  return { gradient, curvature };
}

/** Σ weight · Σ target · log softmax. */
function fitOf(
  x: Matrix,
  targets: Matrix,
  weights: ArrayLike<number>,
  coefficients: Float64Array,
): number {
  let sum = 0;
  const p = new Float64Array(targets.columns);
  for (let row = 0; row < x.rows; row++) {
    softmaxRow(x, row, coefficients, targets.columns, p);
    for (let a = 0; a < targets.columns; a++) {
      const target = weights[row] * targets.values[row * targets.columns + a];
      if (target > 0) sum += target * Math.log(Math.max(p[a], 1e-300));
    }
  }
  return sum;
}

/** Softmax of one row's logits, x · coefficients, written into `into`: an array of its own unless given. */
export function softmaxRow(
  x: Matrix,
  row: number,
  coefficients: Float64Array,
  children: number,
  into = new Float64Array(children),
): Float64Array {
  into.fill(0);
  for (let i = 0; i < x.columns; i++)
    for (let a = 0; a < children; a++)
      into[a] += x.values[row * x.columns + i] * coefficients[i * children + a];
  let top = into[0];
  for (let a = 1; a < children; a++) top = Math.max(top, into[a]);
  let sum = 0;
  for (let a = 0; a < children; a++) {
    into[a] = Math.exp(into[a] - top);
    sum += into[a];
  }
  for (let a = 0; a < children; a++) into[a] /= sum;
  return into;
}

function relativeToLast(coefficients: Float64Array, children: number): Float64Array {
  return coefficients.map(
    (value, at) => value - coefficients[Math.floor(at / children) * children + children - 1],
  );
}
