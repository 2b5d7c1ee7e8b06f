import { gateOf, withOnes } from '../../mixtures/coefficients';
import { expectation, maximise } from '../../mixtures/expectation-maximisation';
import { softmaxRow } from '../../mixtures/soft-targets';
import { type HostParams, initHost, leaves, nodesAt, type TreeConfig } from '../../mixtures/tree';
import regimes, { answer, laws } from '../../tasks/regimes';
import { type Inputs, numbers, read, type Settings, type SimulatingExperiment } from '../types';

const reads = ['tree', 'rows', 'noise', 'world', 'newton'] as const;

const pieces = 4;
const places = 201;
const unseenRows = 1000;

/**
 * Station 04: a tree of experts is fitted by EM. Odd steps are E (who is likely to have made each
 * point), even ones M (each expert and gate is fitted to its share), so that the reader sees which
 * half does what. A start may be painted: `names` holds for each point the number of its expert,
 * or −1; the first step is then an M on these.
 */
export default {
  name: 'em',
  reads,
  takes: { names: 'numbers' },
  metrics: {
    logLikelihood: { label: 'log-likelihood of the points', unit: 'nats per point' },
    unseen: { label: 'log-likelihood of unseen points', unit: 'nats per point' },
    certainty: { label: 'entropy of the gate', unit: 'nats' },
  },

  simulate(settings, seed, inputs) {
    const s = read(settings, reads);
    const config = treeOf(settings);
    const options = { pieces, gap: 0, noise: s.noise, world: s.world };
    const sample = regimes.sample(seed, s.rows, options);
    const cases = { x: sample.inputs, targets: sample.targets };
    const other = regimes.sample(seed, unseenRows, options, 'unseen');
    const unseen = { x: other.inputs, targets: other.targets };
    const all = laws(pieces, s.world);
    const at = Array.from({ length: places }, (_, i) => -1 + (2 * i) / (places - 1));
    let params = initHost(config, seed);
    let posteriors = painted(inputs, s.rows, leaves(config)) ?? undefined;
    let next: 'E' | 'M' = posteriors ? 'M' : 'E';

    return {
      facts: {
        experts: leaves(config),
        inputs: Array.from(sample.inputs),
        targets: Array.from(sample.targets),
        makers: Array.from(sample.groups ?? []),
        places: at,
        truth: at.map((x) => answer(x, all)),
      },
      live: ['newton'],

      step({ newton }) {
        if (next === 'E') posteriors = expectation(params, cases, config).posteriors;
        else params = maximise(params, cases, { posteriors: posteriors! }, config, newton);
        next = next === 'E' ? 'M' : 'E';
        return {
          logLikelihood: expectation(params, cases, config).logLikelihood,
          unseen: expectation(params, unseen, config).logLikelihood,
          certainty: entropyOf(priorsAt(params, sample.inputs, config), leaves(config)),
        };
      },

      probes: () => {
        const count = leaves(config);
        return {
          /** [points, experts]: who is likely to have made each point. */
          posteriors: {
            shape: [s.rows, count],
            data: Float32Array.from(posteriors ?? new Float64Array(s.rows * count).fill(1 / count)),
          },
          /** [experts, places] */
          lines: { shape: [count, places], data: linesAt(params, at, count) },
          gates: { shape: [places, count], data: Float32Array.from(priorsAt(params, at, config)) },
          /** [experts] */
          deviations: {
            shape: [count],
            data: Float32Array.from(params['experts.logVariance'], (v) => Math.exp(v / 2)),
          },
        };
      },
    };
  },
} satisfies SimulatingExperiment;

export const treeOf = (settings: Settings): TreeConfig => ({
  branching: read(settings, reads).tree.split('-').map(Number),
  inputs: 1,
  outputs: 1,
});

/** Shares of 0 and 1 from painted names; even where no name was given. */
function painted(inputs: Inputs, rows: number, experts: number): Float64Array | undefined {
  const names = numbers(inputs, 'names')?.data;
  if (!names) return undefined;
  if (names.length !== rows)
    throw new Error(`${names.length} points are named, and there are ${rows}; name them anew.`);
  const shares = new Float64Array(rows * experts);
  names.forEach((name, row) => {
    for (let expert = 0; expert < experts; expert++)
      shares[row * experts + expert] = name < 0 ? 1 / experts : Number(name === expert);
  });
  return shares;
}

/** Prior of each leaf at each place: [places · leaves]. */
function priorsAt(params: HostParams, xs: ArrayLike<number>, config: TreeConfig): number[] {
  const x = withOnes(xs, 1);
  const found: number[] = [];
  for (let row = 0; row < x.rows; row++) {
    let priors = [1];
    config.branching.forEach((children, level) => {
      priors = Array.from({ length: nodesAt(config, level) }, (_, node) => {
        const shares = softmaxRow(x, row, gateOf(params, config, level, node), children);
        return Array.from(shares, (share) => share * priors[node]);
      }).flat();
    });
    found.push(...priors);
  }
  return found;
}

const linesAt = (params: HostParams, xs: number[], experts: number): Float32Array =>
  Float32Array.from({ length: experts * xs.length }, (_, i) => {
    const expert = Math.floor(i / xs.length);
    return params['experts.w'][expert] * xs[i % xs.length] + params['experts.b'][expert];
  });

/** Mean entropy of rows that sum to 1, in nats. */
function entropyOf(rows: number[], width: number): number {
  const sum = rows.reduce((all, p) => (p > 0 ? all - p * Math.log(p) : all), 0);
  return sum / (rows.length / width);
}
