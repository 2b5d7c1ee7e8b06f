/**
 * Hierarchical mixtures by EM, in plain numbers on the host: no learning rate, and a likelihood
 * that never falls. jordan1994. Each step asks who is likely to have made each target (E),
 * then fits every expert and every gate to its share of the cases (M).
 */
import { expertOf, gateOf, withOnes, writeColumns } from './coefficients';
import { type Matrix, weightedLeastSquares } from './least-squares';
import { fitGate, softmaxRow } from './soft-targets';
import { type HostParams, leaves, nodesAt, type TreeConfig } from './tree';

/** Cases as plain numbers, row-major: x [cases, inputs], targets [cases, outputs]. */
export interface Cases {
  x: ArrayLike<number>;
  targets: ArrayLike<number>;
}

export interface Expectation {
  /** h, posterior of each leaf: [cases, leaves], rows summing to 1. */
  posteriors: Float64Array;
  /** Mean over the cases of log p(target | case), in nats. */
  logLikelihood: number;
}

/** Below this an expert on a single case would have an endless likelihood. */
const SMALLEST_VARIANCE = 1e-6;

/** The E step: priors times densities, normalised over the leaves. */
export function expectation(params: HostParams, cases: Cases, config: TreeConfig): Expectation {
  const x = withOnes(cases.x, config.inputs);
  const count = leaves(config);
  const { outputs } = config;
  const posteriors = new Float64Array(x.rows * count);
  // Taken out once, not for every case.
  const gates = config.branching.map((_, level) =>
    Array.from({ length: nodesAt(config, level) }, (_, node) =>
      gateOf(params, config, level, node),
    ),
  );
  const experts = Array.from({ length: count }, (_, leaf) => expertOf(params, config, leaf));
  const logVariances = params['experts.logVariance'];
  // Filled anew for every case: taking arrays for each would cost more than the sums.
  const priors = config.branching.map((_, level) => new Float64Array(nodesAt(config, level + 1)));
  const logs = new Float64Array(count);
  let total = 0;
  for (let row = 0; row < x.rows; row++) {
    config.branching.forEach((children, level) => {
      for (let node = 0; node < gates[level].length; node++) {
        const own = priors[level].subarray(node * children, (node + 1) * children);
        softmaxRow(x, row, gates[level][node], children, own);
        const prior = level ? priors[level - 1][node] : 1;
        for (let child = 0; child < children; child++) own[child] *= prior;
      }
    });
    const leafPriors = priors[priors.length - 1];
    let top = Number.NEGATIVE_INFINITY;
    for (let leaf = 0; leaf < count; leaf++) {
      const logVariance = logVariances[leaf];
      const distance = distanceOf(x, row, cases.targets, experts[leaf], outputs);
      logs[leaf] =
        Math.log(Math.max(leafPriors[leaf], 1e-300)) -
        0.5 * (outputs * (logVariance + Math.log(2 * Math.PI)) + distance / Math.exp(logVariance));
      top = Math.max(top, logs[leaf]);
    }
    let sum = 0;
    for (let leaf = 0; leaf < count; leaf++) sum += Math.exp(logs[leaf] - top);
    for (let leaf = 0; leaf < count; leaf++)
      posteriors[row * count + leaf] = Math.exp(logs[leaf] - top) / sum;
    total += top + Math.log(sum);
  }
  return { posteriors, logLikelihood: total / x.rows };
}

/**
 * The M step: experts by least squares weighed with h, their variances, and gates by iteratively
 * reweighted least squares on the posteriors of their children, for as many Newton steps as are
 * given (until they no longer gain unless said). Returns new parameters.
 */
export function maximise(
  params: HostParams,
  cases: Cases,
  { posteriors }: Pick<Expectation, 'posteriors'>,
  config: TreeConfig,
  newtonSteps?: number,
): HostParams {
  const x = withOnes(cases.x, config.inputs);
  const next: HostParams = Object.fromEntries(
    Object.entries(params).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  fitExperts(next, x, cases.targets, posteriors, config);
  config.branching.forEach((children, level) => {
    for (let node = 0; node < nodesAt(config, level); node++) {
      const { weights, shares } = sharesOf(posteriors, x.rows, config, level, node);
      const before = gateOf(params, config, level, node);
      const after = fitGate(
        x,
        { rows: x.rows, columns: children, values: shares },
        weights,
        before,
        newtonSteps,
      );
      writeColumns(next, `gates.${level}`, after, children, node);
    }
  });
  return next;
}

/** One EM step. The log-likelihood is the one before the step; it never falls from call to call. */
export function step(params: HostParams, cases: Cases, config: TreeConfig, newtonSteps?: number) {
  const found = expectation(params, cases, config);
  return { ...found, params: maximise(params, cases, found, config, newtonSteps) };
}

function fitExperts(
  next: HostParams,
  x: Matrix,
  targets: ArrayLike<number>,
  posteriors: Float64Array,
  config: TreeConfig,
): void {
  const { outputs } = config;
  const count = leaves(config);
  const wanted: Matrix = {
    rows: x.rows,
    columns: outputs,
    values: Float64Array.from(targets),
  };
  for (let leaf = 0; leaf < count; leaf++) {
    const weights = Float64Array.from(
      { length: x.rows },
      (_, row) => posteriors[row * count + leaf],
    );
    const weight = weights.reduce((sum, h) => sum + h, 0);
    // An expert that answers for no case has nothing to learn from: it stays as it is.
    if (weight < 1e-8) continue;
    const fitted = weightedLeastSquares(x, wanted, weights, expertOf(next, config, leaf));
    let spread = 0;
    for (let row = 0; row < x.rows; row++)
      spread += weights[row] * distanceOf(x, row, targets, fitted, outputs);
    writeColumns(next, 'experts', fitted, outputs, leaf);
    next['experts.logVariance'][leaf] = Math.log(
      Math.max(spread / (outputs * weight), SMALLEST_VARIANCE),
    );
  }
}

/**
 * How much of each case reaches a node, [cases], and how its children share that, [cases, children].
 */
export function sharesOf(
  posteriors: Float64Array,
  rows: number,
  config: TreeConfig,
  level: number,
  node: number,
) {
  const children = config.branching[level];
  const count = leaves(config);
  const below = count / nodesAt(config, level + 1); // leaves under one child
  const weights = new Float64Array(rows);
  const shares = new Float64Array(rows * children);
  for (let row = 0; row < rows; row++) {
    for (let child = 0; child < children; child++) {
      const first = row * count + (node * children + child) * below;
      let sum = 0;
      for (let leaf = 0; leaf < below; leaf++) sum += posteriors[first + leaf];
      shares[row * children + child] = sum;
      weights[row] += sum;
    }
    for (let child = 0; child < children; child++)
      shares[row * children + child] =
        weights[row] > 0 ? shares[row * children + child] / weights[row] : 1 / children;
  }
  return { weights, shares };
}

/** ‖target − (x, 1) · coefficients‖² of one case. */
function distanceOf(
  x: Matrix,
  row: number,
  targets: ArrayLike<number>,
  coefficients: Float64Array,
  outputs: number,
): number {
  let distance = 0;
  for (let o = 0; o < outputs; o++) {
    let answer = 0;
    for (let i = 0; i < x.columns; i++)
      answer += x.values[row * x.columns + i] * coefficients[i * outputs + o];
    distance += (targets[row * outputs + o] - answer) ** 2;
  }
  return distance;
}
