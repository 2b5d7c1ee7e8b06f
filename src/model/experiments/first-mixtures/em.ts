import { uniforms } from '../../../tensor/random';
import { type Climber, climb, gradient, withMoments } from '../../mixtures/ascent';
import { gateOf, withOnes } from '../../mixtures/coefficients';
import { expectation, maximise } from '../../mixtures/expectation-maximisation';
import { softmaxRow } from '../../mixtures/soft-targets';
import { type HostParams, initHost, leaves, nodesAt, type TreeConfig } from '../../mixtures/tree';
import { refuse } from '../../refuse';
import regimes, { answer, laws, stretchOf } from '../../tasks/regimes';
import type { Sample } from '../../types';
import { read, type Settings, type SimulatingExperiment } from '../types';

const reads = [
  'tree',
  'rows',
  'noise',
  'world',
  'firstNames',
  'hard',
  'evenGate',
  'newton',
  'learningRate',
] as const;

const pieces = 4;
const places = 101;
const unseenRows = 1000;
/** Steps by gradient for each half-step of EM: twenty a round, more computing than the round. */
const gradientSteps = 10;
/** Less is rounding. */
const fall = 1e-9;

/**
 * Station 04: a tree of experts is fitted by EM. Odd steps are E (who is likely to have made each
 * point), even ones M (each expert and gate is fitted to its share), so that the reader sees which
 * half does what; from a division made beforehand M comes first. Beside it the same tree from the
 * same weights climbs the same likelihood by gradient, with Adam and plainly.
 */
export default {
  name: 'em',
  reads,
  metrics: {
    logLikelihood: { label: 'log-likelihood of the points', unit: 'nats per point' },
    adam: { label: 'the same by gradient with Adam', unit: 'nats per point' },
    plain: { label: 'the same by plain gradient', unit: 'nats per point' },
    unseen: { label: 'log-likelihood of unseen points', unit: 'nats per point' },
    certainty: { label: 'entropy of the gate', unit: 'nats' },
    falls: { label: 'steps that lowered the likelihood so far: EM, Adam, plain' },
  },

  simulate(settings, seed) {
    const s = read(settings, reads);
    const config = treeOf(settings);
    const options = { pieces, gap: 0, noise: s.noise, world: s.world };
    const sample = regimes.sample(seed, s.rows, options);
    const cases = { x: sample.inputs, targets: sample.targets };
    const other = regimes.sample(seed, unseenRows, options, 'unseen');
    const unseen = { x: other.inputs, targets: other.targets };
    const all = laws(pieces, s.world);
    const at = Array.from({ length: places }, (_, i) => -1 + (2 * i) / (places - 1));
    const count = leaves(config);
    const names = firstNames(s.firstNames, sample, seed, count);
    const first = initHost(config, seed);
    let params = first;
    let posteriors = names && sharesOfNames(names, count);
    let next: 'E' | 'M' = names ? 'M' : 'E';
    let [adam, plain]: Climber[] = [withMoments(first), { params: first }];
    const reached = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const falls = [0, 0, 0];
    /** What one of the three has reached now; a fall is counted. */
    const note = (who: number, value: number) => {
      if (value < reached[who] - fall) falls[who] += 1;
      reached[who] = value;
    };
    const climbed = (who: number, climber: Climber, rate: number): Climber => {
      let now = climber;
      for (let i = 0; i < gradientSteps; i++) {
        const found = gradient(now.params, cases, config);
        note(who, found.logLikelihood);
        now = climb(now, found.gradient, rate);
      }
      note(who, expectation(now.params, cases, config).logLikelihood);
      return now;
    };

    return {
      facts: {
        experts: count,
        branching: config.branching,
        inputs: Array.from(sample.inputs),
        targets: Array.from(sample.targets),
        places: at,
        truth: at.map((x) => answer(x, all)),
        wrongNames: names ? wrongOf(names, sample) : 0,
        gradientSteps,
      },
      live: ['evenGate', 'newton', 'learningRate'],

      step({ evenGate, newton, learningRate }) {
        // The gate counts alike for as long as it is held, whatever it has been fitted to.
        if (evenGate) params = withEvenGates(params);
        if (next === 'E') {
          posteriors = expectation(params, cases, config).posteriors;
          if (s.hard) posteriors = hardened(posteriors, count);
        } else params = maximise(params, cases, { posteriors: posteriors! }, config, newton);
        if (evenGate) params = withEvenGates(params);
        next = next === 'E' ? 'M' : 'E';
        note(0, expectation(params, cases, config).logLikelihood);
        adam = climbed(1, adam, learningRate);
        plain = climbed(2, plain, learningRate);
        return {
          logLikelihood: reached[0],
          adam: reached[1],
          plain: reached[2],
          unseen: expectation(params, unseen, config).logLikelihood,
          certainty: entropyOf(priorsAt(params, sample.inputs, config), count),
          falls: [...falls],
        };
      },

      probes: () => ({
        /** [points, experts]: who is likely to have made each point. */
        posteriors: {
          shape: [s.rows, count],
          data: Float32Array.from(posteriors ?? new Float64Array(s.rows * count).fill(1 / count)),
        },
        /** [experts, places] */
        lines: { shape: [count, places], data: linesAt(params, at, count) },
        gates: { shape: [count, places], data: gatesAt(params, at, config) },
        /** [experts]: the deviation that each expert says it has. */
        deviations: {
          shape: [count],
          data: Float32Array.from(params['experts.logVariance'], (v) => Math.exp(v / 2)),
        },
      }),
    };
  },
} satisfies SimulatingExperiment;

const treeOf = (settings: Settings): TreeConfig => ({
  branching: read(settings, ['tree']).tree.split('-').map(Number),
  inputs: 1,
  outputs: 1,
});

/** The expert of each point before anything is fitted: none for random weights. */
function firstNames(
  kind: string,
  { inputs }: Sample,
  seed: number,
  experts: number,
): number[] | undefined {
  const next = uniforms(seed, 'em.names');
  const name: Record<string, (x: number) => number> = {
    right: (x) => stretchOf(x, pieces),
    // A quarter of a stretch is half a unit of x over the number of pieces.
    moved: (x) => stretchOf(x + 0.5 / pieces, pieces),
    lot: () => Math.floor(pieces * next()),
  };
  if (kind === 'none') return undefined;
  refuse(
    experts < pieces
      ? `Points are named after ${pieces} stretches, and there are ${experts} experts.`
      : undefined,
  );
  return Array.from(inputs, (x) => name[kind](x));
}

/** Share of the points whose name is another than that of their stretch. */
const wrongOf = (names: number[], { inputs }: Sample): number =>
  names.filter((name, i) => name !== stretchOf(inputs[i], pieces)).length / names.length;

/** [points · experts]: 1 for the one that is named. */
function sharesOfNames(names: number[], experts: number): Float64Array {
  const shares = new Float64Array(names.length * experts);
  names.forEach((name, row) => {
    shares[row * experts + name] = 1;
  });
  return shares;
}

/** Each case wholly to the one that has most of it. */
function hardened(posteriors: Float64Array, experts: number): Float64Array {
  const names = Array.from({ length: posteriors.length / experts }, (_, row) => {
    const shares = posteriors.subarray(row * experts, (row + 1) * experts);
    return shares.indexOf(Math.max(...shares));
  });
  return sharesOfNames(names, experts);
}

/** The same experts under gates that prefer none. */
const withEvenGates = (params: HostParams): HostParams =>
  Object.fromEntries(
    Object.entries(params).map(([name, values]) => [
      name,
      name.startsWith('gates.') ? new Float64Array(values.length) : values,
    ]),
  );

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

/** [experts, places]: the gates' share of each expert. */
function gatesAt(params: HostParams, xs: number[], config: TreeConfig): Float32Array {
  const priors = priorsAt(params, xs, config);
  const experts = leaves(config);
  return Float32Array.from(
    { length: priors.length },
    (_, i) => priors[(i % xs.length) * experts + Math.floor(i / xs.length)],
  );
}

/** Mean entropy of rows that sum to 1, in nats. */
function entropyOf(rows: number[], width: number): number {
  const sum = rows.reduce((all, p) => (p > 0 ? all - p * Math.log(p) : all), 0);
  return sum / (rows.length / width);
}
