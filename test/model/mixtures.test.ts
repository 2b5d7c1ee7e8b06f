import { describe, expect, it } from 'vitest';
import { lossAndGradients } from '../../src/model/gradients';
import {
  competitive,
  cooperative,
  distances,
  likelihood,
  posterior,
} from '../../src/model/mixtures/errors';
import * as localExperts from '../../src/model/mixtures/local-experts';
import { blendError, chosenError, gateEntropy, territory } from '../../src/model/mixtures/measures';
import adam from '../../src/model/optimizers/adam';
import sgd from '../../src/model/optimizers/sgd';
import regimes from '../../src/model/tasks/regimes';
import type { Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/mixtures.json';
import { backend, expectClose, expectNoLeaks, useBackend } from './backend';

useBackend({ inNode: 'wasm' });

const names = ['cooperative', 'competitive', 'likelihood'] as const;
const given = reference.errors;

describe('the error functions of 1991', () => {
  const perCase = (name: localExperts.ErrorName, outputs: tf.Tensor3D, logits: tf.Tensor2D) => {
    const targets = tf.tensor2d(given.targets);
    const mixture = { outputs, logits, gates: tf.softmax(logits) };
    if (name === 'cooperative') return cooperative(mixture, targets);
    if (name === 'competitive') return competitive(mixture, targets);
    return likelihood(mixture, targets, given.variance);
  };

  it.each(names)('%s: value and gradients as in PyTorch', async (name) => {
    const [outputs, logits] = [tf.tensor3d(given.outputs), tf.tensor2d(given.logits)];
    await expectClose(perCase(name, outputs, logits), given[name].perCase);
    const [byOutputs, byLogits] = tf.grads((o: tf.Tensor, z: tf.Tensor) =>
      tf.mean(perCase(name, o as tf.Tensor3D, z as tf.Tensor2D)),
    )([outputs, logits]);
    await expectClose(byOutputs, given[name].byOutputs);
    await expectClose(byLogits, given[name].byLogits);
  });

  it('the posterior is as in PyTorch, and the experts of eq. 3 move by −h (target − output) / σ²', async () => {
    const [outputs, logits] = [tf.tensor3d(given.outputs), tf.tensor2d(given.logits)];
    const targets = tf.tensor2d(given.targets);
    const h = posterior({ outputs, logits }, targets, given.variance);
    await expectClose(h, given.posterior);
    const cases = given.targets.length;
    const pull = tf.mul(tf.expandDims(h, 2), tf.sub(tf.expandDims(targets, 1), outputs));
    await expectClose(tf.div(pull, -given.variance * cases), given.likelihood.byOutputs);
    // And the gate of eq. 3 by p − h.
    await expectClose(tf.div(tf.sub(tf.softmax(logits), h), cases), given.likelihood.byLogits);
  });

  it('by hand: even gates, errors 1 and 9, give (2) halves and (3) .982 and .018', async () => {
    const outputs = tf.tensor3d([[[1], [3]]]);
    const [targets, logits] = [tf.zeros<tf.Rank.R2>([1, 1]), tf.zeros<tf.Rank.R2>([1, 2])];
    await expectClose(distances(outputs, targets), [[1, 9]]);
    await expectClose(posterior({ outputs, logits }, targets, 1), [[0.98201, 0.01799]], 1e-4);
    const byOutputs = tf.grad((o: tf.Tensor) =>
      tf.sum(competitive({ outputs: o as tf.Tensor3D, gates: tf.softmax(logits) }, targets)),
    )(outputs);
    // −2 p (target − output): the worse expert is moved three times as far.
    await expectClose(byOutputs, [[[1], [3]]]);
  });

  it('of Gaussians asks for their variance, which no task can do without', () => {
    const mixture = {
      outputs: tf.tensor3d([[[1], [3]]]),
      logits: tf.zeros<tf.Rank.R2>([1, 2]),
      gates: tf.fill<tf.Rank.R2>([1, 2], 0.5),
    };
    expect(() => localExperts.loss(mixture, tf.zeros([1, 1]), 'likelihood')).toThrow(
      'A mixture of Gaussians needs their variance',
    );
  });

  it('stay finite where every expert is far away', async () => {
    const outputs = tf.tensor3d([[[300], [-400]]]);
    const error = (o: tf.Tensor) =>
      tf.sum(
        likelihood({ outputs: o as tf.Tensor3D, logits: tf.zeros([1, 2]) }, tf.zeros([1, 1]), 0.01),
      );
    await expectClose(error(outputs), 300 ** 2 / 0.02 + Math.log(2));
    await expectClose(tf.grad(error)(outputs), [[[300 / 0.01], [0]]]);
  });

  it('refuse targets of another shape in words', () => {
    expect(() => distances(tf.zeros([4, 3, 2]), tf.zeros([4, 1]))).toThrow(
      'Answers [4,3,2] need targets [4, 2]; they are [4,1].',
    );
  });
});

const config = { experts: 4, inputs: 1, outputs: 1, gateHidden: 6 };

describe('a mixture of local experts', () => {
  it.each(names)('%s: ten losses in a row as in PyTorch', async (error) => {
    const { start, x, y, learningRate, variance, losses } = reference.training;
    const inputs = tf.tensor2d(x);
    const targets = tf.tensor2d(y);
    const live = { learningRate: tf.scalar(learningRate) };
    let params: Params = Object.fromEntries(
      Object.entries(start).map(([name, values]) => [name, tf.tensor(values)]),
    );
    for (const [i, want] of losses[error].entries()) {
      const step = tf.tidy(() => {
        const { loss, grads } = lossAndGradients(params, (p) =>
          localExperts.loss(localExperts.forward(p, inputs, config), targets, error, variance),
        );
        return { loss, next: sgd.update(params, grads, {}, live).params };
      });
      const loss = (await step.loss.data())[0];
      expect(Math.abs(loss - want) / want, `loss at step ${i}`).toBeLessThan(1e-5);
      params = step.next;
    }
  });

  it('starts with almost even gates and different experts', async () => {
    const params = localExperts.init(config, 3);
    const mixture = localExperts.forward(params, tf.tensor2d([[0.5], [-1]]), config);
    expect((await gateEntropy(mixture.gates).data())[0]).toBeGreaterThan(0.95 * Math.log(4));
    const answers = await mixture.outputs.data();
    expect(new Set(answers).size).toBe(8);
  });

  it('knows its error functions by name only', () => {
    const mixture = localExperts.forward(localExperts.init(config, 1), tf.zeros([2, 1]), config);
    expect(() =>
      localExperts.loss(mixture, tf.zeros([2, 1]), 'kind' as localExperts.ErrorName),
    ).toThrow('no error function "kind"; there are cooperative, competitive, likelihood');
    expect(() => localExperts.init({ ...config, experts: 0 }, 1)).toThrow(
      'Members need members of at least 1, a whole number; it is 0.',
    );
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(() => {
      const params = localExperts.init(config, 1);
      tf.tidy(() => {
        lossAndGradients(params, (p) =>
          localExperts.loss(
            localExperts.forward(p, tf.ones([5, 1]), config),
            tf.zeros([5, 1]),
            'likelihood',
            0.1,
          ),
        );
      });
      tf.dispose(params);
    }));
});

describe('measures', () => {
  it('of a case by hand', async () => {
    const outputs = tf.tensor3d([
      [[1], [-1]],
      [[2], [0]],
    ]);
    const gates = tf.tensor2d([
      [0.5, 0.5],
      [0.75, 0.25],
    ]);
    const targets = tf.tensor2d([[0], [2]]);
    // Blends 0 and 1.5; the first expert is chosen both times (the lower index if even).
    await expectClose(blendError(outputs, targets, gates), 0.125);
    await expectClose(chosenError(outputs, targets, gates), 0.5);
    const entropy = (Math.log(2) - 0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)) / 2;
    await expectClose(gateEntropy(gates), entropy);
    await expectClose(territory(gates), [1, 0]);
  });
});

/**
 * Four linear experts and a gate with 16 hidden units on four straight laws with jumps. Not on the
 * software WebGPU adapter, where it would take minutes and say nothing new.
 */
describe.runIf(backend === 'cpu')('trained side by side on the same data', () => {
  const points = 96;
  const data = regimes.sample(1, points);
  const trainee = { experts: 4, inputs: 1, outputs: 1, gateHidden: 16 };

  async function trained(error: localExperts.ErrorName, seed: number) {
    const [x, y] = [data.inputs, data.targets].map((v) => tf.tensor2d(v, [points, 1]));
    const live = { learningRate: tf.scalar(0.03) };
    let params = localExperts.init(trainee, seed);
    let moments = adam.init(params);
    for (let step = 0; step < 500; step++) {
      const next = tf.tidy(() => {
        const { grads } = lossAndGradients(params, (p) =>
          localExperts.loss(localExperts.forward(p, x, trainee), y, error, 0.04),
        );
        return adam.update(params, grads, moments, live);
      });
      tf.dispose([params, moments]);
      ({ params, state: moments } = next);
    }
    const { outputs, gates } = localExperts.forward(params, x, trainee);
    const [blended, chosen, entropy] = await Promise.all(
      [blendError(outputs, y, gates), chosenError(outputs, y, gates), gateEntropy(gates)].map(
        async (value) => (await value.data())[0],
      ),
    );
    return { blended, chosen, entropy };
  }

  it('cooperating experts blend well and are useless alone', async () => {
    const ratios: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const { blended, chosen } = await trained('cooperative', seed);
      ratios.push(chosen / blended);
    }
    ratios.sort((a, b) => a - b);
    // Measured: 2.5, 3.7, 19 and 73 times.
    expect((ratios[1] + ratios[2]) / 2).toBeGreaterThan(4);
  });

  it('competing experts divide the line among them', async () => {
    for (const [error, seed] of [
      ['competitive', 3],
      ['likelihood', 3],
      ['likelihood', 4],
    ] as const) {
      const { blended, chosen, entropy } = await trained(error, seed);
      expect(chosen / blended, error).toBeLessThan(1.5);
      expect(entropy, error).toBeLessThan(0.15);
    }
  });
});
