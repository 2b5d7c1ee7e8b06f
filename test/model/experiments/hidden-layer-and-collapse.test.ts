/** What stations 01 and 06 claim of their experiments, beyond the numbers of PyTorch. */
import { describe, expect, it } from 'vitest';
import balanceSweep from '../../../src/model/experiments/collapse/balance-sweep';
import moeBalance from '../../../src/model/experiments/collapse/moe-balance';
import { faults } from '../../../src/model/experiments/collapse/shared/faults';
import oneHiddenLayer from '../../../src/model/experiments/hidden-layer/one-hidden-layer';
import widthSweep from '../../../src/model/experiments/hidden-layer/width-sweep';
import * as mlp from '../../../src/model/networks/mlp';
import { balancers, routers } from '../../../src/model/registry';
import { curves, grid, points, sample } from '../../../src/model/tasks/curves';
import * as tf from '../../../src/tensor/tf';
import { expectClose, useBackend } from '../backend';
import { defaults, train } from '../training';

useBackend({ inNode: 'wasm' });

describe('one hidden layer', () => {
  const small = { hidden: 6, learningRate: 0.01 };
  const x = () => tf.tensor2d(grid, [points, 1]);

  it('answers with the sum of its pieces and one constant', async () => {
    const params = { ...mlp.init({ hidden: 9 }, 4), 'out.bias': tf.tensor1d([0.3]) };
    const pieces = mlp.pieces(params, x(), 'tanh');
    expect(pieces.shape).toEqual([9, points]);
    const sum = (await tf.add(tf.sum(pieces, 0), 0.3).data()) as Float32Array;
    await expectClose(mlp.forward(params, x(), 'tanh'), sum, 1e-5);
  });

  it('draws straight pieces with ReLU: no more bends than units', async () => {
    const params = mlp.init({ hidden: 5 }, 4);
    const y = await mlp.forward(params, x(), 'relu').data();
    const second = Array.from(y.slice(2), (_, i) => y[i] - 2 * y[i + 1] + y[i + 2]);
    // A bend between two points of the grid shows at both.
    const bends = second.filter(
      (bend, i) => Math.abs(bend) > 1e-4 && !(Math.abs(second[i - 1]) > 1e-4),
    );
    expect(bends.length).toBeGreaterThan(0);
    expect(bends.length).toBeLessThanOrEqual(5);
  });

  it('draws a parabola with squares, whatever the width', async () => {
    const y = await mlp.forward(mlp.init({ hidden: 40 }, 4), x(), 'square').data();
    const second = Array.from(y.slice(2), (_, i) => y[i] - 2 * y[i + 1] + y[i + 2]);
    // Differences of sums of forty float32 products, whose order is the backend's own.
    for (const bend of second) expect(Math.abs(bend - second[0])).toBeLessThan(3e-5);
    expect(Math.abs(second[0])).toBeGreaterThan(1e-4);
  });

  it('trains towards the target that is handed in', async () => {
    const settings = { ...defaults, hidden: 6 };
    const session = oneHiddenLayer.start(settings, 1);
    const rate = tf.scalar(0.01);
    const lossFor = (target: tf.Tensor) =>
      tf.tidy(() =>
        session
          .step({
            state: session.state,
            live: { learningRate: rate },
            inputs: { target },
            random: { seed: 1, counter: tf.scalar(0, 'int32') },
          })
          .metrics.loss.clone(),
      );
    const fit = session.probes!.fit({
      state: session.state,
      live: { learningRate: rate },
      inputs: {},
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
    });
    await expectClose(lossFor(fit), 0, 1e-9);
    await expectClose(lossFor(tf.add(fit, 0.5)), 0.25, 1e-5);
  });

  it('comes to rest where its learning rate has fallen to 0, and not before', async () => {
    const rows = await train(oneHiddenLayer, { ...small, rateSteps: 2 }, 1, 4);
    const losses = rows.map(({ loss }) => loss[0]);
    expect(losses[1]).not.toBe(losses[0]);
    expect(losses[2]).not.toBe(losses[1]);
    expect(losses[3]).toBe(losses[2]);
  });

  it('keeps its learning rate where no schedule is set', async () => {
    const constant = await train(oneHiddenLayer, { ...small, rateSteps: 0 }, 1, 3);
    const falling = await train(oneHiddenLayer, { ...small, rateSteps: 3 }, 1, 3);
    expect(falling[1].loss[0]).toBe(constant[1].loss[0]); // the first step is a whole one
    expect(falling[2].loss[0]).not.toBe(constant[2].loss[0]);
  });

  it.each([
    [{ hidden: 0 }, /at least 1 unit; 0 were asked for/],
    [{ activation: 'cube' }, /no activation "cube"; there are relu, tanh, square/],
  ])('refuses %o in words', (settings, words) => {
    expect(() => oneHiddenLayer.start({ ...defaults, ...settings }, 1)).toThrow(words);
  });
});

describe('the width sweep', () => {
  it('trains each network as it would train alone', async () => {
    const steps = 6;
    const together = await train(widthSweep, {}, 5, steps);
    for (const [i, hidden] of [1, 2, 4, 8, 16, 32, 64, 128].entries()) {
      const alone = await train(oneHiddenLayer, { hidden }, 5, steps);
      for (let step = 0; step < steps; step++)
        expect(together[step].losses[i] / alone[step].loss[0], `${hidden} units`).toBeCloseTo(1, 3);
    }
  });
});

describe('curves', () => {
  it.each(Object.keys(curves))('%s stays within the figure', (name) => {
    const values = sample(name);
    expect(values).toHaveLength(points);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1.01);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5);
  });

  it('fold the tent as often as their name says', () => {
    // n folds make 2ⁿ straight pieces: so many changes of direction, plus one.
    for (const [name, pieces] of [
      ['tent3', 8],
      ['tent5', 32],
    ] as const) {
      const fine = Array.from({ length: 4097 }, (_, i) => curves[name](-1 + i / 2048));
      const rises = fine.slice(1).map((y, i) => Math.sign(y - fine[i]));
      expect(rises.filter((rise, i) => i > 0 && rise !== rises[i - 1])).toHaveLength(pieces - 1);
    }
  });

  it('says what exists when asked for another', () =>
    expect(() => sample('spiral')).toThrow(/no target "spiral"; there are wave, step/));
});

describe('the mixture', () => {
  const lab = { learningRate: 0.02, balanceStrength: 1 };

  it('goes on from the same state when router, balancer, topK and capacity change', async () => {
    const rows = await train(moeBalance, lab, 1, 10, [
      { step: 2, name: 'balancer', value: 'switch' },
      { step: 4, name: 'router', value: 'noisy-top-k' },
      { step: 6, name: 'topK', value: 1 },
      { step: 7, name: 'router', value: 'sigmoid-normalised' },
      { step: 8, name: 'balancer', value: 'bias' },
      { step: 9, name: 'capacityFactor', value: 0.5 },
    ]);
    const plain = await train(moeBalance, lab, 1, 3);
    for (const step of [0, 1]) expect(rows[step].loss).toEqual(plain[step].loss);
    expect(rows.every(({ loss }) => Number.isFinite(loss[0]))).toBe(true);
    expect(rows.at(-1)!.loss[0]).toBeLessThan(rows[0].loss[0]);
    expect(rows[9].dropped[0]).toBeGreaterThan(0.3);
  });

  it('takes every router and balancer, or says why not', async () => {
    let started = 0;
    for (const router of routers.all)
      for (const balancer of balancers.all) {
        const settings = { router: router.name, balancer: balancer.name, topK: 1 };
        try {
          const session = moeBalance.start({ ...defaults, ...settings }, 1);
          session.dispose?.();
          tf.dispose(session.state);
        } catch (error) {
          expect((error as Error).message, JSON.stringify(settings)).toMatch(/^[A-Z].{20,}\.$/);
          continue;
        }
        started++;
        // Steps of all pairs would take a software GPU minutes.
        if (router.name !== defaults.router && balancer.name !== 'none') continue;
        const [{ loss, load }] = await train(moeBalance, settings, 1, 1);
        expect(Number.isFinite(loss[0]), JSON.stringify(settings)).toBe(true);
        expect(load.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
      }
    expect(started).toBeGreaterThan(50);
  });

  it('counts the load before the capacity, and the dropped share after', async () => {
    const [tight] = await train(moeBalance, { capacityFactor: 0.5 }, 3, 1);
    const [roomy] = await train(moeBalance, { capacityFactor: 8 }, 3, 1);
    expect(tight.load).toEqual(roomy.load);
    expect(roomy.dropped[0]).toBe(0);
    // Room for half of a fair share each: half of the assignments at least find none.
    expect(tight.dropped[0]).toBeGreaterThanOrEqual(0.5);
  });

  it('shows which expert takes how much of each cluster', async () => {
    const session = moeBalance.start(defaults, 1);
    const live = Object.fromEntries(session.live.map((name) => [name, tf.scalar(0.3)]));
    const random = { seed: 1, counter: tf.scalar(0, 'int32') };
    const shares = session.probes!.clusterLoad({ state: session.state, live, inputs: {}, random });
    expect(shares.shape).toEqual([16, 8]);
    await expectClose(tf.sum(shares, 1), Array(16).fill(1), 1e-5);
  });
});

describe('the price of balance', () => {
  it.each([
    ['switch', 'softmax-top-k'],
    ['importance', 'softmax-top-k'],
    ['switch', 'softmax-top-k-renormalised'],
  ])('%s, %s: each mixture trains as it would alone', async (balancer, router) => {
    const settings = { balancer, router, learningRate: 0.02, skew: 1 };
    const steps = 5;
    const together = await train(balanceSweep, settings, 2, steps);
    for (const [i, balanceStrength] of [0, 0.01, 0.03, 0.1, 0.3, 1, 3].entries()) {
      const alone = await train(moeBalance, { ...settings, balanceStrength }, 2, steps);
      for (let step = 0; step < steps; step++) {
        const where = `α ${balanceStrength}, step ${step}`;
        expect(together[step].taskLoss[i] / alone[step].loss[0], where).toBeCloseTo(1, 3);
        // One token of 128 may round to another expert: E / (k · 128) of MaxVio.
        const away = Math.abs(together[step].maxVio[i] - alone[step].maxVio[0]);
        expect(away, where).toBeLessThan(1.01 * (8 / 256));
      }
    }
  });

  it('is asked of a balancer with a loss', () =>
    expect(() => balanceSweep.start({ ...defaults, balancer: 'bias' }, 1)).toThrow(
      /balancer "bias" has none/,
    ));

  it('is asked of a router that it can lay side by side', () =>
    expect(() =>
      balanceSweep.start({ ...defaults, balancer: 'switch', router: 'random' }, 1),
    ).toThrow(
      'The sweep can route as softmax-top-k or softmax-top-k-renormalised; the router is "random".',
    ));
});

describe('the faults', () => {
  const steps = 8;
  const settings = { balancer: 'switch', balanceStrength: 1, learningRate: 0.02 };
  const run = (fault: string, more = {}) =>
    train(moeBalance, { ...settings, fault, ...more }, 1, steps);

  it('exist by name', () =>
    expect(faults).toEqual([
      'none',
      'loss-never-added',
      'load-after-capacity',
      'loss-is-constant',
    ]));

  it('never added: the loss is reported rightly and changes nothing', async () => {
    const [faulty, without] = [
      await run('loss-never-added'),
      await train(moeBalance, { ...settings, balancer: 'none' }, 1, steps),
    ];
    const right = await run('none');
    expect(faulty.map(({ load }) => load)).toEqual(without.map(({ load }) => load));
    expect(faulty[0].balanceLoss).toEqual(right[0].balanceLoss);
    expect(right.at(-1)!.load).not.toEqual(faulty.at(-1)!.load);
  });

  it('a constant: the loss is 1 at every step, whatever the load, and has no gradient', async () => {
    const faulty = await run('loss-is-constant');
    const without = await train(moeBalance, { ...settings, balancer: 'none' }, 1, steps);
    for (const { balanceLoss } of faulty) expect(balanceLoss[0]).toBeCloseTo(1, 5);
    expect(Math.max(...faulty.map(({ maxVio }) => maxVio[0]))).toBeGreaterThan(1);
    for (let step = 0; step < steps; step++)
      expect(faulty[step].loss[0] / without[step].loss[0]).toBeCloseTo(1, 3);
  });

  it('after capacity: the reported loss is too low where tokens were dropped', async () => {
    const [faulty, right] = [
      await run('load-after-capacity', { capacityFactor: 1 }),
      await run('none', { capacityFactor: 1 }),
    ];
    expect(right[0].dropped[0]).toBeGreaterThan(0.1);
    expect(faulty[0].balanceLoss[0]).toBeLessThan(0.95 * right[0].balanceLoss[0]);
  });

  it('are those of the Switch loss', () =>
    expect(() =>
      moeBalance.start({ ...defaults, balancer: 'importance', fault: 'loss-is-constant' }, 1),
    ).toThrow(/made in the Switch loss/));
});
