/**
 * What EM is held against: the same tree, on the same likelihood, by gradient and in plain numbers.
 * The gradient is made of the same posteriors as the M step; it takes a small step where that goes
 * all the way. On the device `hierarchical.loss` says the same.
 */
import { expertOf, gateOf, withOnes, writeColumns } from './coefficients';
import { type Cases, type Expectation, expectation, sharesOf } from './expectation-maximisation';
import { softmaxRow } from './soft-targets';
import { type HostParams, leaves, nodesAt, type TreeConfig } from './tree';

/** Gradient of the mean log-likelihood by every parameter, and what was found on the way. */
export function gradient(
  params: HostParams,
  cases: Cases,
  config: TreeConfig,
): Expectation & { gradient: HostParams } {
  const found = expectation(params, cases, config);
  const x = withOnes(cases.x, config.inputs);
  const { posteriors } = found;
  const { outputs } = config;
  const count = leaves(config);
  const slopes: HostParams = Object.fromEntries(
    Object.entries(params).map(([name, values]) => [name, new Float64Array(values.length)]),
  );

  for (let leaf = 0; leaf < count; leaf++) {
    const expert = expertOf(params, config, leaf);
    const variance = Math.exp(params['experts.logVariance'][leaf]);
    const slope = new Float64Array(expert.length);
    for (let row = 0; row < x.rows; row++) {
      const share = posteriors[row * count + leaf] / x.rows;
      let distance = 0;
      for (let o = 0; o < outputs; o++) {
        let off = cases.targets[row * outputs + o];
        for (let i = 0; i < x.columns; i++)
          off -= x.values[row * x.columns + i] * expert[i * outputs + o];
        distance += off ** 2;
        for (let i = 0; i < x.columns; i++)
          slope[i * outputs + o] += (share * off * x.values[row * x.columns + i]) / variance;
      }
      slopes['experts.logVariance'][leaf] += (share * (distance / variance - outputs)) / 2;
    }
    writeColumns(slopes, 'experts', slope, outputs, leaf);
  }

  config.branching.forEach((children, level) => {
    for (let node = 0; node < nodesAt(config, level); node++) {
      const { weights, shares } = sharesOf(posteriors, x.rows, config, level, node);
      const gate = gateOf(params, config, level, node);
      const slope = new Float64Array(gate.length);
      const p = new Float64Array(children);
      for (let row = 0; row < x.rows; row++) {
        softmaxRow(x, row, gate, children, p);
        for (let child = 0; child < children; child++) {
          const by = (weights[row] * (shares[row * children + child] - p[child])) / x.rows;
          for (let i = 0; i < x.columns; i++)
            slope[i * children + child] += by * x.values[row * x.columns + i];
        }
      }
      writeColumns(slopes, `gates.${level}`, slope, children, node);
    }
  });
  return { ...found, gradient: slopes };
}

/** What a rule of ascent keeps from step to step; nothing for plain ascent. */
export interface Climber {
  params: HostParams;
  moments?: { steps: number; mean: HostParams; square: HostParams };
}

/** A start for Adam: as optimizers/adam.ts has it, with the constants of kingma2014. */
export const withMoments = (params: HostParams): Climber => ({
  params,
  moments: { steps: 0, mean: zeros(params), square: zeros(params) },
});

/** One step up the gradient: Adam's where the climber has moments, a plain one where it has none. */
export function climb(
  { params, moments }: Climber,
  slopes: HostParams,
  learningRate: number,
): Climber {
  if (!moments)
    return {
      params: map(params, (value, name, i) => value + learningRate * slopes[name][i]),
    };
  const steps = moments.steps + 1;
  const mean = map(moments.mean, (m, name, i) => 0.9 * m + 0.1 * slopes[name][i]);
  const square = map(moments.square, (v, name, i) => 0.999 * v + 0.001 * slopes[name][i] ** 2);
  const [first, second] = [1 - 0.9 ** steps, 1 - 0.999 ** steps];
  const moved = map(
    params,
    (value, name, i) =>
      value +
      (learningRate * (mean[name][i] / first)) / (Math.sqrt(square[name][i] / second) + 1e-8),
  );
  return { params: moved, moments: { steps, mean, square } };
}

const map = (
  params: HostParams,
  change: (value: number, name: string, i: number) => number,
): HostParams =>
  Object.fromEntries(
    Object.entries(params).map(([name, values]) => [
      name,
      values.map((value, i) => change(value, name, i)),
    ]),
  );

const zeros = (params: HostParams): HostParams => map(params, () => 0);
