import { describe, expect, it } from 'vitest';
import { routers } from '../../src/model/registry';
import { nextBaseline, policyLoss } from '../../src/model/routers/reinforce';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/routers.json';
import { expectClose, useBackend } from './backend';
import { rows, sum } from './router-parity';

useBackend();

describe('Gumbel and REINFORCE', () => {
  it.each(['gumbel', 'reinforce'])(
    '%s draws experts as often as the softmax says',
    async (name) => {
      const tokens = 4096;
      const input = {
        x: tf.ones<tf.Rank.R2>([tokens, 1]),
        params: { 'router.weight': tf.tensor2d([[1, 0, -1, 0.5]]) },
        topK: 1,
        random: { seed: 2, counter: tf.scalar(7, 'int32') },
      };
      const { mask, scores } = routers.get(name).route(input);
      const drawn = (await tf.mean(mask, 0).array()) as number[];
      const said = (await rows(scores))[0];
      // Five standard errors of a share: 5 · √(0.25 / 4096).
      for (const [e, share] of drawn.entries())
        expect(Math.abs(share - said[e])).toBeLessThan(0.04);
    },
  );

  it.each(['gumbel', 'reinforce', 'noisy-top-k'])(
    '%s takes the likeliest while evaluating',
    async (name) => {
      const router = routers.get(name);
      const input = {
        x: normal<tf.Rank.R2>([16, 4], 1, 1, 'x'),
        params: router.init(4, 6, 1),
        topK: 2,
        random: { seed: 2, counter: tf.scalar(7, 'int32') },
        evaluating: true,
      };
      const plain = routers.get('softmax-top-k').route(input);
      expect(await rows(router.route(input).mask)).toEqual(await rows(plain.mask));
    },
  );

  for (const given of reference.policy.cases)
    it(`REINFORCE's draw, log-probability and gradients equal PyTorch, topK ${given.topK}`, async () => {
      const costs = tf.tensor1d(reference.policy.costs);
      const baseline = tf.scalar(reference.policy.baseline);
      const random = {
        seed: reference.random.seed,
        counter: tf.scalar(reference.random.counter, 'int32'),
      };
      const route = (x: tf.Tensor, weight: tf.Tensor) =>
        routers.get('reinforce').route({
          x: x as tf.Tensor2D,
          params: { 'router.weight': weight },
          topK: given.topK,
          random,
        });
      const [x, weight] = [tf.tensor2d(reference.x), tf.tensor2d(reference.weight)];
      const routing = route(x, weight);
      await expectClose(routing.mask, given.mask, 0);
      await expectClose(routing.logProbability!, given.logProbability, 1e-5);
      await expectClose(policyLoss(routing, costs, baseline), given.loss, 1e-5);
      const [gradX, gradWeight] = tf.grads((x: tf.Tensor, weight: tf.Tensor) =>
        policyLoss(route(x, weight), costs, baseline),
      )([x, weight]);
      await expectClose(gradX, given.gradX, 1e-5);
      await expectClose(gradWeight, given.gradWeight, 1e-5);
    });

  it('the policy loss has the gradient of the expected cost, on average over many draws', async () => {
    const [tokens, cost] = [8192, [1, -2, 0.5, 3]];
    const weight = tf.tensor2d([[0.3, 0, -0.6, 0.2]]);
    const gradient = tf.grad((w: tf.Tensor) => {
      const routing = routers.get('reinforce').route({
        x: tf.ones([tokens, 1]),
        params: { 'router.weight': w },
        topK: 1,
        random: { seed: 3, counter: tf.scalar(1, 'int32') },
      });
      const costs = tf.sum(tf.mul(routing.mask, tf.tensor2d([cost])), 1) as tf.Tensor1D;
      return policyLoss(routing, costs, tf.scalar(0.5));
    })(weight);
    const p = (await rows(tf.softmax(weight)))[0];
    const mean = sum(p.map((share, e) => share * cost[e]));
    // d E[cost] / d logit: p · (cost − mean cost). Five standard errors are about 0.08.
    await expectClose(gradient, [p.map((share, e) => share * (cost[e] - mean))], 0.08);
  });

  it('the baseline moves a twentieth of the way to the mean cost', async () => {
    await expectClose(nextBaseline(tf.scalar(2), tf.tensor1d([0, 8])), 2.1, 1e-6);
  });
});
