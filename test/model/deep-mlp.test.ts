import { describe, expect, it } from 'vitest';
import { lossAndGradients } from '../../src/model/gradients';
import * as deepMlp from '../../src/model/networks/deep-mlp';
import { kinks } from '../../src/model/networks/linear-pieces';
import { configOf, construct } from '../../src/model/networks/tent-network';
import sgd from '../../src/model/optimizers/sgd';
import { answer } from '../../src/model/tasks/tent-map';
import type { Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/deep-mlp.json';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const onHost = async (params: Params) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(params).map(async ([name, tensor]) => [name, await tensor.data()] as const),
    ),
  );

describe('a network of several layers', () => {
  const { x, y, widths, params, learningRate, cases } = reference;
  const start = (): Params =>
    Object.fromEntries(Object.entries(params).map(([name, values]) => [name, tf.tensor(values)]));

  it.each(['relu', 'tanh', 'square'] as const)(
    '%s: answers, gradients and ten losses as in PyTorch',
    async (activation) => {
      const given = cases[activation];
      const config = { inputs: 2, widths, outputs: 2, activation };
      const [inputs, targets] = [tf.tensor2d(x), tf.tensor2d(y)];
      await expectClose(deepMlp.forward(start(), inputs, config), given.answer);
      const live = { learningRate: tf.scalar(learningRate) };
      let now = start();
      for (const [i, want] of given.losses.entries()) {
        const { loss, grads } = lossAndGradients(now, (p) =>
          tf.mean(tf.squaredDifference(deepMlp.forward(p, inputs, config), targets)),
        );
        await expectClose(loss, want);
        if (i === 0)
          for (const [name, values] of Object.entries(given.gradients))
            await expectClose(grads[name], values);
        now = sgd.update(now, grads, {}, live).params;
      }
    },
  );

  it('without hidden layers is a linear map', async () => {
    const config = { inputs: 3, widths: [], outputs: 2, activation: 'relu' as const };
    const params = deepMlp.init(config, 1);
    expect(Object.keys(params)).toEqual(['out.weight', 'out.bias']);
    const x = tf.tensor2d([[1, -2, 3]]);
    await expectClose(
      deepMlp.forward(params, x, config),
      await tf.matMul(x, params['out.weight'] as tf.Tensor2D).data(),
    );
  });

  it('counts itself, and finds the width for a budget', async () => {
    const config = { inputs: 1, widths: [24, 24, 24, 24], outputs: 1, activation: 'relu' as const };
    expect(deepMlp.parameters(config)).toBe(1873);
    expect(deepMlp.multiplications(config)).toBe(24 + 3 * 576 + 24);
    const params = deepMlp.init(config, 1);
    const held = Object.values(params).reduce((sum, tensor) => sum + tensor.size, 0);
    expect(held).toBe(1873);
    const wide = { inputs: 1, outputs: 1, activation: 'relu' as const, depth: 1 };
    expect(deepMlp.widthFor(wide, 1537)).toBe(512);
    expect(deepMlp.widthFor(wide, 1538)).toBe(512);
    expect(deepMlp.widthFor(wide, 1873, deepMlp.multiplications)).toBe(936);
  });

  it('spreads the first kinks over the interval', async () => {
    const config = { inputs: 1, widths: [64], outputs: 1, activation: 'relu' as const };
    const { 'layers.0.weight': w, 'layers.0.bias': b } = await onHost(
      deepMlp.init(config, 2, [0, 1]),
    );
    const at = Array.from(w, (weight, i) => -b[i] / weight);
    expect(Math.min(...at)).toBeGreaterThanOrEqual(-1e-6);
    expect(Math.max(...at)).toBeLessThanOrEqual(1 + 1e-6);
    expect(Math.max(...at) - Math.min(...at)).toBeGreaterThan(0.8);
  });

  it.each([
    [{ widths: [3, 0] }, /whole numbers of units, 1 or more; one has 0/],
    [{ activation: 'sine' as 'relu' }, /no activation "sine"; there are relu, tanh, square/],
  ])('refuses %o in words', (wrong, words) => {
    const config = { inputs: 1, widths: [2], outputs: 1, activation: 'relu' as const };
    expect(() => deepMlp.init({ ...config, ...wrong }, 1)).toThrow(words);
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(() => {
      const config = { inputs: 1, widths: [4, 3], outputs: 1, activation: 'tanh' as const };
      const params = deepMlp.init(config, 1);
      tf.tidy(() => {
        lossAndGradients(params, (p) =>
          tf.mean(tf.square(deepMlp.forward(p, tf.ones([5, 1]), config))),
        );
      });
      tf.dispose(params);
    }));
});

describe('the constructed tent network', () => {
  const grid = Array.from({ length: 1025 }, (_, i) => i / 1024);

  it.each([1, 3, 5, 10])('folds %i times without error', async (folds) => {
    const x = tf.tensor2d(grid, [1025, 1]);
    const said = deepMlp.forward(construct(folds), x, configOf(folds));
    await expectClose(
      said,
      grid.map((value) => answer(value, folds)),
      0,
    );
  });

  it.each([1, 3, 6])('%i layers of two units make 2^k pieces', async (folds) => {
    const found = kinks(await onHost(construct(folds)), configOf(folds), 0, 1);
    expect(found.length + 1).toBe(2 ** folds);
    found.forEach((x, i) => {
      expect(x).toBeCloseTo((i + 1) / 2 ** folds, 12);
    });
  });

  it('moved a little is close, and no longer exact', async () => {
    const x = tf.tensor2d(grid, [1025, 1]);
    const said = deepMlp.forward(construct(3, 0.01, 5), x, configOf(3));
    const off = tf.abs(
      tf.sub(
        said,
        tf.tensor2d(
          grid.map((v) => answer(v, 3)),
          [1025, 1],
        ),
      ),
    );
    const most = (await tf.max(off).data())[0];
    expect(most).toBeGreaterThan(1e-3);
    expect(most).toBeLessThan(0.5);
  });

  it('is refused for no folds', () => {
    expect(() => construct(0)).toThrow('whole number of times, 1 or more; it is 0');
  });
});

describe('straight pieces', () => {
  it('of one hidden layer are at most one more than its units', async () => {
    const config = { inputs: 1, widths: [9], outputs: 1, activation: 'relu' as const };
    for (const seed of [1, 2, 3]) {
      const params = await onHost(deepMlp.init(config, seed));
      const w = params['layers.0.weight'];
      const inside = Array.from(w, (weight, i) => -params['layers.0.bias'][i] / weight)
        .filter((x) => x > -1 && x < 1)
        .sort((a, b) => a - b);
      const found = kinks(params, config, -1, 1);
      expect(found.length).toBe(inside.length);
      expect(found.length + 1).toBeLessThanOrEqual(10);
      found.forEach((x, i) => {
        expect(x).toBeCloseTo(inside[i], 9);
      });
    }
  });

  it('are where a fine grid sees them bend', async () => {
    const config = { inputs: 1, widths: [6, 5], outputs: 1, activation: 'relu' as const };
    const params = deepMlp.init(config, 4);
    const found = kinks(await onHost(params), config, -1, 1);
    expect(found.length).toBeGreaterThan(3);
    // Between neighbouring kinks the network is straight: the middle is the mean of the ends.
    const ends = [-1, ...found, 1];
    const thirds = ends.slice(1).flatMap((end, i) => {
      const begin = ends[i];
      return [0.25, 0.5, 0.75].map((share) => begin + share * (end - begin));
    });
    const said = await deepMlp
      .forward(params, tf.tensor2d(thirds, [thirds.length, 1]), config)
      .data();
    for (let i = 0; i < said.length; i += 3)
      expect(said[i + 1]).toBeCloseTo((said[i] + said[i + 2]) / 2, 4);
  });

  it('are counted for ReLU networks on a line only', () => {
    const config = { inputs: 2, widths: [2], outputs: 1, activation: 'relu' as const };
    expect(() => kinks({}, config, 0, 1)).toThrow('from one number to one number');
  });
});
