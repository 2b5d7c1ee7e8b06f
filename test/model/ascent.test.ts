/** The gradient that EM is held against: PyTorch's, and steps as the library's Adam takes them. */
import { describe, expect, it } from 'vitest';
import { climb, gradient, withMoments } from '../../src/model/mixtures/ascent';
import type { HostParams } from '../../src/model/mixtures/tree';
import adam from '../../src/model/optimizers/adam';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/mixtures.json';
import { useBackend } from './backend';

useBackend();

const { config, x, targets, loss, gradients } = reference.tree;
const params: HostParams = Object.fromEntries(
  Object.entries(reference.tree.params).map(([name, values]) => [name, Float64Array.from(values)]),
);
const cases = { x: x.flat(), targets: targets.flat() };

const near = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number, what: string) => {
  expect(got.length, what).toBe(want.length);
  Array.from(want).forEach((value, i) => {
    expect(Math.abs(got[i] - value), `${what}, entry ${i}`).toBeLessThan(tolerance);
  });
};

describe('climbing the likelihood of a tree', () => {
  it('goes along the gradient of PyTorch, up and not down', () => {
    const found = gradient(params, cases, config);
    expect(found.logLikelihood).toBeCloseTo(-loss, 12);
    for (const [name, values] of Object.entries(gradients)) {
      const wanted = (values as (number | number[])[]).flat();
      near(
        found.gradient[name],
        wanted.map((slope) => -slope),
        1e-9,
        name,
      );
    }
  });

  it('takes the steps of Adam as the optimizer does', async () => {
    let climber = withMoments(params);
    const tensors = () =>
      Object.fromEntries(
        Object.entries(params).map(([name, values]) => [name, tf.tensor1d([...values])]),
      );
    let now = { params: tensors(), state: adam.init(tensors()) };
    const rate = { learningRate: tf.scalar(0.1) };
    for (let step = 0; step < 3; step++) {
      const slopes = gradient(climber.params, cases, config).gradient;
      climber = climb(climber, slopes, 0.1);
      const down = Object.fromEntries(
        Object.entries(slopes).map(([name, values]) => [
          name,
          tf.tensor1d([...values].map((slope) => -slope)),
        ]),
      );
      now = adam.update(now.params, down, now.state, rate) as typeof now;
    }
    for (const [name, values] of Object.entries(climber.params))
      near(values, await now.params[name].data(), 1e-5, name);
  });

  it('takes plain steps where there are no moments', () => {
    const slopes = gradient(params, cases, config).gradient;
    const { params: moved, moments } = climb({ params }, slopes, 0.5);
    expect(moments).toBeUndefined();
    near(
      moved['experts.b'],
      [...params['experts.b']].map((value, i) => value + 0.5 * slopes['experts.b'][i]),
      1e-12,
      'experts.b',
    );
  });
});
