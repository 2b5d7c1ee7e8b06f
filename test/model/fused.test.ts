/** Members that a backend computes by a kernel: the definition is what counts. */
import { describe, expect, it } from 'vitest';
import switchLoss from '../../src/model/balancing/switch';
import * as sparseLayer from '../../src/model/layers/sparse-layer';
import { balancers, optimizers, routers } from '../../src/model/registry';
import softmaxTopK from '../../src/model/routers/softmax-top-k';
import type { Balancer, Router, RouterInput } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, useBackend } from './backend';

useBackend();

const members = [
  ...routers.all.map(({ name, route }) => [name, route] as const),
  ...balancers.all.map(({ name, loss }) => [name, loss] as const),
  ...optimizers.all.map(({ name, update }) => [name, update] as const),
];

it.each([
  'softmax-top-k',
  'softmax-top-k-renormalised',
  'top-k-softmax',
  'sigmoid-normalised',
  'switch-top-1',
  'noisy-top-k',
  'switch',
  'adam',
  'adamw',
  'momentum',
  'sgd',
])('%s has its definition beside its kernel', (name) => {
  const [, run] = members.find(([member]) => member === name)!;
  expect(run).toHaveProperty('definition');
});

describe('an edited member is never shadowed by a kernel', () => {
  const x = () => normal<tf.Rank.R2>([12, 4], 1, 1, 'x');
  const layerOf = (router: Router, balancer: Balancer): sparseLayer.SparseLayerConfig => ({
    ...{ dim: 4, experts: 5, topK: 2, hidden: 3, kind: 'relu' },
    router,
    balancer,
  });

  it('an edited router routes', async () => {
    const layer = layerOf(softmaxTopK, switchLoss);
    const params = sparseLayer.init(layer, 1);
    // The least likely experts, each in full.
    const route = (input: RouterInput) => {
      const { logits, scores } = softmaxTopK.route(input);
      const mask = tf.topKMask(tf.neg(scores), input.topK);
      return { logits, scores, mask, gates: mask };
    };
    const { routing } = sparseLayer.forward(params, x(), {
      ...layer,
      router: { ...softmaxTopK, route },
    });
    const own = sparseLayer.forward(params, x(), layer).routing;
    expect((await tf.sum(tf.mul(routing.mask, own.mask)).data())[0]).toBeLessThan(12);
    await expectClose(routing.gates, await routing.mask.data(), 0);
    await expectClose(tf.sum(routing.mask, 1), Array(12).fill(2), 0);
  });

  it('an edited loss is added and shown', async () => {
    const layer = layerOf(softmaxTopK, { ...switchLoss, loss: () => tf.scalar(7) });
    const { routing } = sparseLayer.forward(sparseLayer.init(layer, 1), x(), layer);
    const { total, balance } = sparseLayer.withBalance(tf.scalar(1), 0.5, layer, routing);
    await expectClose(balance, 7, 1e-6);
    await expectClose(total, 4.5, 1e-6);
  });

  it('a copy that leaves the loss alone still adds the library’s own', async () => {
    const layer = layerOf(softmaxTopK, { ...switchLoss, label: 'mine' });
    const { routing } = sparseLayer.forward(sparseLayer.init(layer, 1), x(), layer);
    const { total, balance } = sparseLayer.withBalance(tf.scalar(1), 0.5, layer, routing);
    const value = (await switchLoss.loss.definition(routing, 2).data())[0];
    await expectClose(balance, value, 1e-5);
    await expectClose(total, 1 + value / 2, 1e-5);
  });
});
