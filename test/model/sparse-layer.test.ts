import { describe, expect, it } from 'vitest';
import { keepWithinCapacity } from '../../src/model/dispatch/capacity';
import * as relu from '../../src/model/experts/relu';
import * as swiglu from '../../src/model/experts/swiglu';
import * as sparseLayer from '../../src/model/layers/sparse-layer';
import { balancers, routers } from '../../src/model/registry';
import { jittered } from '../../src/model/routing';
import type { Params } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const config: sparseLayer.SparseLayerConfig = {
  dim: 6,
  experts: 4,
  topK: 2,
  hidden: 5,
  router: routers.get('softmax-top-k'),
  balancer: balancers.get('switch'),
};
const x = () => normal<tf.Rank.R2>([24, 6], 1, 1, 'x');

describe('a sparse layer', () => {
  it.each([
    ['relu', 0],
    ['swiglu', 0],
    ['relu', 2],
    ['swiglu', 1],
  ] as const)('answers as wide as it is asked to: %s, %i shared', async (kind, shared) => {
    const layer = { ...config, kind, shared, out: 3 };
    const params = sparseLayer.init(layer, 1);
    const { y } = sparseLayer.forward(params, x(), layer);
    expect(y.shape).toEqual([24, 3]);
    const gradient = tf.grad((given: tf.Tensor) =>
      tf.sum(tf.square(sparseLayer.forward(params, given as tf.Tensor2D, layer).y)),
    )(x());
    expect((await tf.max(tf.abs(gradient)).data())[0]).toBeGreaterThan(0);
    expect(sparseLayer.forward(sparseLayer.init(config, 1), x(), config).y.shape).toEqual([24, 6]);
  });

  it('leaves out what finds no room, and only that', async () => {
    const params = sparseLayer.init(config, 1);
    const roomy = sparseLayer.forward(params, x(), config);
    expect(roomy.kept).toBe(roomy.routing.mask);
    const capacityFactor = tf.scalar(0.75);
    const { y, kept, routing } = sparseLayer.forward(params, x(), config, { capacityFactor });
    await expectClose(kept, await keepWithinCapacity(routing.mask, 2, capacityFactor).data(), 0);
    expect((await tf.sum(kept).data())[0]).toBeLessThan(48);
    const alone = sparseLayer.answer(params, x(), config, { routing, kept });
    await expectClose(y, await alone.data(), 1e-6);
    // What is left is what each gate that stayed open makes of its expert.
    const gates = tf.mul(routing.gates, kept) as tf.Tensor2D;
    await expectClose(y, await swiglu.everyExpert(params, x(), gates).data(), 1e-5);
    const far = tf.scalar(4);
    const none = sparseLayer.forward(params, x(), config, { capacityFactor: far });
    await expectClose(none.y, await roomy.y.data(), 1e-6);
  });

  it('shakes what its router sees, and nothing else', async () => {
    const params = sparseLayer.init(config, 1);
    const given = { jitter: tf.scalar(0.4), random: { seed: 3, counter: tf.scalar(1, 'int32') } };
    const { routing, y, kept } = sparseLayer.forward(params, x(), config, given);
    const seen = sparseLayer.route(params, jittered(x(), given.jitter, given.random), config);
    await expectClose(routing.logits, await seen.routing.logits.data(), 1e-6);
    const alone = sparseLayer.answer(params, x(), config, { routing, kept });
    await expectClose(y, await alone.data(), 1e-6);
    const still = sparseLayer.route(params, x(), config).routing;
    const apart = tf.max(tf.abs(tf.sub(still.logits, routing.logits)));
    expect((await apart.data())[0]).toBeGreaterThan(0.1);
    expect(() => sparseLayer.route(params, x(), config, { jitter: tf.scalar(0.1) })).toThrow(
      'Jitter needs random',
    );
  });

  it('shakes once, also for the router that can shake by itself', async () => {
    const layer = { ...config, dim: 5, experts: 5, topK: 1, router: routers.get('switch-top-1') };
    const given = normal<tf.Rank.R2>([6, 5], 1, 1, 'x');
    const jitter = tf.scalar(0.3);
    const { routing } = sparseLayer.route({ 'router.weight': tf.eye(5) }, given, layer, {
      jitter,
      live: { jitter },
      random: { seed: 3, counter: tf.scalar(0, 'int32') },
    });
    const factors = tf.div(routing.logits, given);
    expect((await tf.max(factors).data())[0]).toBeLessThanOrEqual(1.3001);
    expect((await tf.min(factors).data())[0]).toBeGreaterThanOrEqual(0.6999);
    expect((await tf.max(tf.abs(tf.sub(factors, 1))).data())[0]).toBeGreaterThan(0.1);
  });

  it('takes experts of another kind as two functions', async () => {
    // Twice what ReLU experts answer.
    const kind = {
      init: relu.init,
      forward: (params: Params, x: tf.Tensor2D, gates: tf.Tensor2D) =>
        tf.mul(relu.everyExpert(params, x, gates), 2) as tf.Tensor2D,
    };
    const params = sparseLayer.init({ ...config, kind }, 1);
    const { y } = sparseLayer.forward(params, x(), { ...config, kind });
    const once = sparseLayer.forward(params, x(), { ...config, kind: 'relu' }).y;
    await expectClose(y, await tf.mul(once, 2).data(), 1e-5);
  });

  it('prices the task with its balancing loss, and nothing where there is none', async () => {
    const params = sparseLayer.init(config, 1);
    const { routing } = sparseLayer.forward(params, x(), config);
    const task = tf.scalar(2);
    for (const name of ['switch', 'gshard', 'importance']) {
      const layer = { ...config, balancer: balancers.get(name) };
      const { total, balance } = sparseLayer.withBalance(task, tf.scalar(0.25), layer, routing);
      const alone = sparseLayer.balanceLoss(layer, routing);
      await expectClose(balance, await alone.data(), 1e-5);
      await expectClose(total, 2 + 0.25 * (await alone.data())[0], 1e-5);
    }
    const none = sparseLayer.withBalance(task, 1, { ...config, balancer: undefined }, routing);
    await expectClose(none.total, 2, 0);
    await expectClose(none.balance, 0, 0);
  });

  it('says what cannot be', () => {
    const soft = { ...config, router: routers.get('soft') };
    const params = sparseLayer.init(soft, 1);
    expect(() => sparseLayer.forward(params, x(), soft, { capacityFactor: tf.scalar(1) })).toThrow(
      'none can be left out for want of room',
    );
    expect(sparseLayer.refusal({ ...config, topK: 5 })).toBe(
      'topK 5 needs at least 5 experts; there are 4.',
    );
    expect(sparseLayer.refusal({ ...config, topK: 0.5 })).toBe(
      'topK must be 1 or more; it is 0.5.',
    );
  });

  it('leaves no tensors behind', async () => {
    const params = sparseLayer.init(config, 1);
    const given = x();
    const capacityFactor = tf.scalar(1);
    await expectNoLeaks(() => {
      tf.tidy(() => {
        sparseLayer.forward(params, given, config, { capacityFactor });
      });
    });
  });
});
