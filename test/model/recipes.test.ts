import { describe, expect, it } from 'vitest';
import * as relu from '../../src/model/experts/relu';
import * as swiglu from '../../src/model/experts/swiglu';
import {
  average,
  branch,
  ensemble,
  mix,
  posterior,
} from '../../src/model/recipes/branch-train-merge';
import { joinExperts, upcycle } from '../../src/model/recipes/upcycle';
import { routers } from '../../src/model/registry';
import type { Params } from '../../src/model/types';
import { uniform } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/experts.json';
import { expectClose, useBackend } from './backend';
import { config, kinds, rows, tokens, trained } from './small-experts';

useBackend();

describe('upcycling', () => {
  it.each(['relu', 'swiglu'] as const)(
    '%s: computes what the dense layer did while gates sum to 1',
    async (kind) => {
      const layer = trained(kind, { ...config, experts: 1 });
      const x = tokens();
      const before = kinds[kind].forward(layer, x, tf.ones([10, 1]));
      const router = routers.get('top-k-softmax');
      const { gates } = router.route({ x, params: router.init(4, 5, 2), topK: 2 });
      const after = kinds[kind].forward(upcycle(layer, 5), x, gates);
      await expectClose(after, await rows(before), 1e-5);
    },
  );

  it('joins layers as the experts of one', async () => {
    const layers = [1, 2, 3].map((seed) => relu.init({ ...config, experts: 1 }, seed));
    const x = tokens();
    const gates = uniform<tf.Rank.R2>([10, 3], 0, 1, 2, 'gates');
    const apart = layers.map((layer, e) =>
      relu.forward(layer, x, tf.slice(gates, [0, e], [10, 1])),
    );
    const joined = relu.forward(joinExperts(layers), x, gates);
    await expectClose(joined, await rows(tf.addN(apart)), 1e-5);
  });

  it('refuses parameters that are no expert, and no experts', () => {
    expect(() => upcycle({ 'router.weight': tf.zeros([2, 2]) }, 2)).toThrow(
      '"router.weight" is none of them',
    );
    expect(() => upcycle({}, 0)).toThrow('not 0');
  });
});

describe('branch-train-merge', () => {
  const { btm } = reference;
  const logProbabilities = () => tf.tensor3d(btm.logProbabilities);
  const logLikelihoods = () =>
    tf.tensor2d(btm.logProbabilities.map((branches, t) => branches.map((p) => p[btm.words[t]])));
  const options = () => ({
    prior: tf.tensor1d(btm.prior),
    sequenceLength: btm.sequenceLength,
  });

  it('weighs branches by Bayes’ rule on the tokens before, as NumPy does', async () => {
    await expectClose(posterior(logLikelihoods(), options()), btm.posterior, 1e-5);
    await expectClose(posterior(logLikelihoods(), { ...options(), topK: 2 }), btm.top2, 1e-5);
  });

  it('averages probabilities, not their logarithms', async () => {
    const weights = tf.tensor2d(btm.posterior);
    await expectClose(ensemble(logProbabilities(), weights), btm.ensemble, 1e-5);
  });

  it('branches are equal and apart, and average to where they came from', async () => {
    const seed = trained('relu');
    const branches = branch(seed, 3);
    const mean = average(branches);
    for (const [name, value] of Object.entries(seed)) {
      expect(branches[0][name]).not.toBe(value);
      await expectClose(mean[name], Array.from(await value.data()), 1e-6);
    }
    const [a, b] = [{ w: tf.scalar(1) }, { w: tf.scalar(5) }];
    await expectClose(average([a, b], [3, 1]).w, 2, 1e-6);
  });

  it('mixes: experts side by side, the rest averaged', async () => {
    const layer = (seed: number): Params => ({
      'attention.w': tf.fill([2, 2], seed),
      ...swiglu.init({ ...config, experts: 1 }, seed),
    });
    const mixed = mix([layer(1), layer(4)]);
    await expectClose(
      mixed['attention.w'],
      [
        [2.5, 2.5],
        [2.5, 2.5],
      ],
      1e-6,
    );
    const gates = tf.tensor2d([[0, 1]]);
    const x = tf.slice(tokens(), 0, 1);
    const second = swiglu.forward(layer(4), x, tf.ones([1, 1]));
    await expectClose(swiglu.forward(mixed, x, gates), await rows(second), 1e-6);
  });

  it('refuses weights that fit no branches', () => {
    const branches = branch({ w: tf.scalar(1) }, 2);
    expect(() => average(branches, [1])).toThrow('2 branches and 1 weights');
    expect(() => average(branches, [0, 0])).toThrow('more than 0');
    expect(() => posterior(tf.zeros([5, 2]), { sequenceLength: 2 })).toThrow(
      'whole sequences of 2',
    );
  });
});
