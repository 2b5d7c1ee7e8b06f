import { describe, expect, it } from 'vitest';
import { keepWithinCapacity } from '../../src/model/dispatch/capacity';
import moeBalance from '../../src/model/experiments/collapse/moe-balance';
import oneHiddenLayer from '../../src/model/experiments/hidden-layer/one-hidden-layer';
import * as dense from '../../src/model/experts/relu';
import { counts } from '../../src/model/metrics';
import { balancers, routers } from '../../src/model/registry';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/stations.json';
import { expectClose, expectNoLeaks, useBackend } from './backend';
import { defaults, train } from './training';

useBackend();

const { members } = reference;

/**
 * float32 sums of a few hundred terms against double precision. Losses drift apart as steps add
 * up; after ten steps a thousandth of a thousandth is left on every backend tried.
 */
const tolerance = 1e-5;
const lossTolerance = 1e-4;

describe('routers', () => {
  it.each(members.routers)(
    '$router (biased: $biased) routes and learns as in PyTorch',
    async (given) => {
      const router = routers.get(given.router);
      const route = (x: tf.Tensor, weight: tf.Tensor) =>
        router.route({
          x: x as tf.Tensor2D,
          params: { 'router.weight': weight, 'router.noise': tf.zerosLike(weight) },
          topK: members.topK,
          bias: given.biased ? tf.tensor1d(members.bias) : undefined,
          evaluating: true,
        });
      const [x, weight] = [tf.tensor2d(members.x), tf.tensor2d(members.weight)];
      const { mask, gates } = route(x, weight);
      await expectClose(mask, given.mask, 0);
      await expectClose(gates, given.gates, tolerance);
      const [gradX, gradWeight] = tf.grads((x: tf.Tensor, weight: tf.Tensor) => {
        const { gates, scores } = route(x, weight);
        return tf.sum(
          tf.add(
            tf.mul(gates, tf.tensor2d(members.onGates)),
            tf.mul(scores, tf.tensor2d(members.onScores)),
          ),
        );
      })([x, weight]);
      await expectClose(gradX, given.gradX, tolerance);
      await expectClose(gradWeight, given.gradWeight, tolerance);
    },
  );
});

describe('balancers', () => {
  const routingAt = (logits: tf.Tensor2D): Routing => {
    const scores = tf.softmax(logits);
    const mask = tf.tensor2d(members.mask);
    return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D };
  };

  it.each(Object.entries(members.losses))(
    '%s has the value and gradient of PyTorch',
    async (name, given) => {
      const loss = (z: tf.Tensor2D) => balancers.get(name).loss!(routingAt(z), members.topK);
      const z = tf.tensor2d(members.z);
      await expectClose(loss(z), given.value, tolerance);
      await expectClose(tf.grad((z) => loss(z as tf.Tensor2D))(z), given.gradLogits, tolerance);
    },
  );

  it('bias moves against the load by a step of fixed size', async () => {
    const mask = tf.tensor2d(members.mask);
    const moved = balancers.get('bias').update!(
      tf.tensor1d(members.bias),
      counts(mask),
      tf.scalar(members.biasRate),
    );
    await expectClose(moved, members.biasAfter, 1e-6);
  });
});

describe('experts', () => {
  it('answer and learn as in PyTorch, one expert at a time', async () => {
    const given = members.experts;
    // [experts, dim, hidden] of the reference → [dim, experts · hidden] side by side.
    const sideBySide = (w: number[][][]) =>
      tf.reshape(tf.transpose(tf.tensor3d(w), [1, 0, 2]), [w[0].length, -1]);
    const stacked = (w: number[][][]) => tf.reshape(tf.tensor3d(w), [-1, w[0][0].length]);
    const inputs = [
      tf.tensor2d(members.x),
      tf.tensor2d(given.gates),
      sideBySide(given.w1),
      tf.reshape(tf.tensor2d(given.b1), [-1]),
      stacked(given.w2),
      tf.tensor2d(given.b2),
    ];
    const answer = (...[x, gates, w1, b1, w2, b2]: tf.Tensor[]) =>
      dense.forward(
        { 'experts.w1': w1, 'experts.b1': b1, 'experts.w2': w2, 'experts.b2': b2 },
        x as tf.Tensor2D,
        gates as tf.Tensor2D,
      );
    await expectClose(answer(...inputs), given.answer, tolerance);
    const grads = tf.grads((...all: tf.Tensor[]) =>
      tf.sum(tf.mul(answer(...all), tf.tensor2d(given.weightsOut))),
    )(inputs);
    await expectClose(grads[0], given.grads.x as number[][], tolerance);
    await expectClose(grads[1], given.grads.gates as number[][], tolerance);
    await expectClose(
      grads[2],
      (await sideBySide(given.grads.w1 as number[][][]).array()) as number[][],
      tolerance,
    );
    await expectClose(grads[3], (given.grads.b1 as number[][]).flat(), tolerance);
    await expectClose(grads[4], (given.grads.w2 as number[][][]).flat(), tolerance);
    await expectClose(grads[5], given.grads.b2 as number[][], tolerance);
  });

  it.each(members.capacity)(
    'take at most their capacity, factor $factor',
    async ({ factor, kept }) => {
      const mask = tf.tensor2d(members.mask);
      await expectClose(keepWithinCapacity(mask, members.topK, tf.scalar(factor)), kept, 0);
    },
  );
});

describe('station 01', () => {
  it.each(reference.oneHiddenLayer)(
    '$activation, $hidden units: ten losses as in PyTorch',
    async (given) => {
      const { seed, losses, ...settings } = given;
      const rows = await train(oneHiddenLayer, settings, seed, losses.length);
      for (const [i, { loss }] of rows.entries())
        expect(Math.abs(loss[0] - losses[i]) / losses[i], `step ${i}`).toBeLessThan(lossTolerance);
    },
  );
});

describe('station 06', () => {
  it.each(reference.moeBalance)('$balancer: ten losses and loads as in PyTorch', async (given) => {
    const { seed, rows: expected, ...settings } = given;
    const rows = await train(moeBalance, { ...settings, biasRate: 0.003 }, seed, expected.length);
    for (const [i, { loss, load, dropped }] of rows.entries()) {
      const want = expected[i];
      expect(Math.abs(loss[0] - want.loss) / want.loss, `loss at step ${i}`).toBeLessThan(
        lossTolerance,
      );
      // One token of 128 may round to another expert.
      for (const [e, share] of load.entries())
        expect(Math.abs(share - want.load[e]), `load of ${e} at step ${i}`).toBeLessThan(
          1.01 / 128,
        );
      expect(Math.abs(dropped[0] - want.dropped)).toBeLessThan(1.01 / 128);
    }
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(async () => {
      await train(moeBalance, {}, 1, 2);
    }));

  it.each([
    [{ topK: 9 }, /topK must be from 1 to 8; it is 9/],
    [{ experts: 1, topK: 1 }, /at least 2 experts; 1 were asked for/],
    [{ capacityFactor: 0 }, /capacity factor must be above 0/],
    [{ balancer: 'magic' }, /no balancer "magic"; there are .*switch/],
    [{ fault: 'x' }, /no fault "x"; there are none, loss-never-added/],
    [{ balancer: 'load' }, /"load" needs noise/],
  ])('refuses %o in words', (settings, words) => {
    expect(() => moeBalance.start({ ...defaults, ...settings }, 1)).toThrow(words);
  });
});
