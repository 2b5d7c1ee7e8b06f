import { describe, expect, it } from 'vitest';
import { lossAndGradients } from '../../src/model/gradients';
import * as em from '../../src/model/mixtures/expectation-maximisation';
import * as hierarchical from '../../src/model/mixtures/hierarchical';
import { solveSymmetric, weightedLeastSquares } from '../../src/model/mixtures/least-squares';
import { fitGate, softmaxRow } from '../../src/model/mixtures/soft-targets';
import * as tree from '../../src/model/mixtures/tree';
import { normals, uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/mixtures.json';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const hostOf = (params: Record<string, number[] | undefined>): tree.HostParams =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, values]) =>
      values ? [[name, Float64Array.from(values)]] : [],
    ),
  );

const near = (got: ArrayLike<number>, want: number[], tolerance: number, what: string) => {
  expect(got.length, what).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs(got[i] - value), `${what}, entry ${i}`).toBeLessThan(tolerance);
  });
};

describe('a hierarchical mixture', () => {
  const { config, params, x, targets, loss, posterior, gradients } = reference.tree;
  const device = () => tree.toDevice(config, hostOf(params));

  it('has the loss, posterior and gradients of PyTorch', async () => {
    const [inputs, wanted] = [tf.tensor2d(x), tf.tensor2d(targets)];
    const { loss: got, grads } = lossAndGradients(device(), (p) =>
      hierarchical.loss(p, inputs, wanted, config),
    );
    await expectClose(got, loss);
    await expectClose(hierarchical.posterior(device(), inputs, wanted, config), posterior);
    for (const [name, values] of Object.entries(gradients)) await expectClose(grads[name], values);
  });

  it('shares every case out among its leaves, all of it', async () => {
    const { gates, answer, outputs } = hierarchical.forward(device(), tf.tensor2d(x), config);
    expect(gates.shape).toEqual([x.length, 6]);
    await expectClose(
      tf.sum(gates, 1),
      x.map(() => 1),
    );
    const blended = tf.sum(tf.mul(outputs, tf.expandDims(gates, 2)), 1);
    await expectClose(blended, await answer.data());
  });

  it('says the same on the host as on the device', async () => {
    const { posteriors, logLikelihood } = em.expectation(
      hostOf(params),
      { x: x.flat(), targets: targets.flat() },
      config,
    );
    expect(logLikelihood).toBeCloseTo(-loss, 12);
    near(posteriors, posterior.flat(), 1e-12, 'posterior');
  });

  it('goes from host to device and back', async () => {
    const host = tree.initHost({ branching: [2, 2], inputs: 3, outputs: 1 }, 4);
    const device = tree.toDevice({ branching: [2, 2], inputs: 3, outputs: 1 }, host);
    expect(device['gates.1.w'].shape).toEqual([3, 4]);
    expect(await tree.toHost(device)).toEqual(host);
  });

  it.each([
    [{ branching: [], inputs: 1, outputs: 1 }, /at least one level of gates/],
    [{ branching: [2, 1], inputs: 1, outputs: 1 }, /among 2 or more children, not 1/],
    [{ branching: [2], inputs: 0, outputs: 1 }, /needs inputs of at least 1; it is 0/],
  ])('refuses %o in words', (wrong, words) => {
    expect(() => tree.initHost(wrong, 1)).toThrow(words);
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(() => {
      const p = device();
      tf.tidy(() => {
        lossAndGradients(p, (q) =>
          hierarchical.loss(q, tf.tensor2d(x), tf.tensor2d(targets), config),
        );
      });
      tf.dispose(p);
    }));
});

describe('EM', () => {
  it.each(reference.em)('with branching $config.branching: six steps as in NumPy', (given) => {
    const cases = { x: given.x, targets: given.targets };
    let params = hostOf(given.params);
    for (const [i, want] of given.logLikelihoods.entries()) {
      const { logLikelihood, posteriors, params: next } = em.step(params, cases, given.config);
      expect(logLikelihood, `log-likelihood before step ${i}`).toBeCloseTo(want, 7);
      if (i === given.logLikelihoods.length - 1) {
        near(posteriors, given.posteriors, 1e-6, 'posteriors');
        near(params['experts.w'], given.expertsW, 1e-6, 'experts.w');
        near(params['experts.b'], given.expertsB, 1e-6, 'experts.b');
        near(params['experts.logVariance'], given.logVariance, 1e-6, 'log-variances');
      }
      params = next;
    }
  });

  // Also with more experts than the data call for, where gates grow steep and experts idle.
  it.each([
    [[2], 1],
    [[2, 2], 2],
    [[3, 2], 3],
    [[5], 4],
    [[2, 2, 2], 5],
  ])('never lowers the likelihood: branching %o, seed %i', (branching, seed) => {
    const next = uniforms(seed, 'x');
    const noise = normals(seed, 'noise');
    const x = Array.from({ length: 80 }, () => -1 + 2 * next());
    const targets = x.map((value) => (value < 0.1 ? 1 + value : -value) + 0.1 * noise());
    const config = { branching, inputs: 1, outputs: 1 };
    let params = tree.initHost(config, seed);
    let before = -Infinity;
    for (let i = 0; i < 30; i++) {
      const { logLikelihood, params: moved } = em.step(params, { x, targets }, config);
      expect(logLikelihood, `step ${i}`).toBeGreaterThanOrEqual(before - 1e-12);
      before = logLikelihood;
      params = moved;
    }
  });

  it('with one Newton step a round never lowers the likelihood either, and goes another way', () => {
    const next = uniforms(3, 'x');
    const noise = normals(3, 'noise');
    const x = Array.from({ length: 80 }, () => -1 + 2 * next());
    const targets = x.map((value) => (value < 0.1 ? 1 + value : -value) + 0.1 * noise());
    const config = { branching: [2, 2], inputs: 1, outputs: 1 };
    const start = tree.initHost(config, 3);
    let [params, before] = [start, -Infinity];
    for (let i = 0; i < 30; i++) {
      const moved = em.step(params, { x, targets }, config, 1);
      expect(moved.logLikelihood, `step ${i}`).toBeGreaterThanOrEqual(before - 1e-12);
      [params, before] = [moved.params, moved.logLikelihood];
    }
    const found = em.expectation(start, { x, targets }, config);
    const once = em.maximise(start, { x, targets }, found, config, 1);
    const toTheEnd = em.maximise(start, { x, targets }, found, config);
    expect(once['experts.w']).toEqual(toTheEnd['experts.w']);
    expect(once['gates.0.w']).not.toEqual(toTheEnd['gates.0.w']);
    const still = em.maximise(start, { x, targets }, found, config, 0);
    still['gates.0.w'].forEach((value, i) => {
      // Relative to the last child, as the fit gives them.
      const last = start['gates.0.w'].at(-1)!;
      expect(value).toBeCloseTo(start['gates.0.w'][i] - last, 12);
    });
  });

  it('finds two lines and the border between them', () => {
    const next = uniforms(7, 'x');
    const noise = normals(7, 'noise');
    const x = Array.from({ length: 300 }, () => -1 + 2 * next());
    const targets = x.map((value) => (value < 0.1 ? 1 + value : -0.5 - 2 * value) + 0.05 * noise());
    const config = { branching: [2], inputs: 1, outputs: 1 };
    let params = tree.initHost(config, 2);
    for (let i = 0; i < 30; i++) params = em.step(params, { x, targets }, config).params;
    const [a, b] = [0, 1].map((leaf) => [params['experts.w'][leaf], params['experts.b'][leaf]]);
    const [rising, falling] = a[0] > b[0] ? [a, b] : [b, a];
    near(rising, [1, 1], 0.05, 'left line');
    near(falling, [-2, -0.5], 0.05, 'right line');
    const [w, v] = params['gates.0.w'];
    const [c, d] = params['gates.0.b'];
    expect((d - c) / (w - v)).toBeCloseTo(0.1, 1);
  });
});

describe('the M step’s tools', () => {
  it('solve by Cholesky, and refuse dependent equations', () => {
    const x = solveSymmetric(Float64Array.of(4, 2, 2, 3), Float64Array.of(10, 8), 2);
    near(x, [1.75, 1.5], 1e-12, 'solution');
    expect(() => solveSymmetric(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1), 2)).toThrow(
      'not positive definite',
    );
  });

  it('weighted least squares ignore cases of weight 0 and keep what is left open', () => {
    const x = { rows: 3, columns: 2, values: Float64Array.of(0, 1, 1, 1, 5, 1) };
    const y = { rows: 3, columns: 1, values: Float64Array.of(1, 3, -100) };
    near(weightedLeastSquares(x, y, [1, 1, 0], Float64Array.of(0, 0)), [2, 1], 1e-6, 'line');
    // One case fixes one combination; the other stays where it was.
    const open = weightedLeastSquares(x, y, [1, 0, 0], Float64Array.of(7, 0));
    near(open, [7, 1], 1e-6, 'left open');
  });

  it('a gate fitted to soft targets that a gate made finds that gate', () => {
    const next = uniforms(3, 'gate');
    const x = {
      rows: 50,
      columns: 2,
      values: Float64Array.from({ length: 100 }, (_, i) => (i % 2 ? 1 : 4 * next() - 2)),
    };
    const made = Float64Array.of(1.5, -1, 0, 0.5, 0.25, 0);
    const targets = {
      rows: 50,
      columns: 3,
      values: Float64Array.from(
        Array.from({ length: 50 }, (_, row) => [...softmaxRow(x, row, made, 3)]).flat(),
      ),
    };
    const found = fitGate(x, targets, new Float64Array(50).fill(1), new Float64Array(6));
    near(found, [...made], 1e-5, 'gate');
  });
});
