import { expect, it } from 'vitest';
import * as sparseLayer from '../../src/model/layers/sparse-layer';
import { balancers, routers } from '../../src/model/registry';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useBackend } from './backend';

useBackend();

// 8 experts are ranked, 24 sorted where a backend has no kernel of its own.
it.each([8, 24])('a layer of %i experts answers without those that are barred', async (experts) => {
  const config = {
    dim: 6,
    experts,
    topK: 2,
    hidden: 4,
    router: routers.get('sigmoid-normalised'),
    balancer: balancers.get('bias'),
  };
  const params = sparseLayer.init(config, 1);
  const x = normal<tf.Rank.R2>([20, 6], 1, 2, 'x');
  const bias = tf.tensor1d(
    Array.from({ length: experts }, (_, e) => (e % 3 === 0 ? Number.NEGATIVE_INFINITY : 0)),
  );
  const { y, routing } = sparseLayer.forward(params, x, config, { bias });
  const load = Array.from(await tf.sum(routing.mask, 0).data());
  load.forEach((tokens, e) => {
    if (e % 3 === 0) expect(tokens).toBe(0);
  });
  expect(load.reduce((all, one) => all + one, 0)).toBe(40);
  const gradient = tf.grad((given: tf.Tensor) =>
    tf.sum(tf.square(sparseLayer.forward(params, given as tf.Tensor2D, config, { bias }).y)),
  )(x);
  for (const tensor of [y, gradient])
    expect(Array.from(await tensor.data()).every(Number.isFinite)).toBe(true);
});
