/** WASM where there is no SIMD: our own kernels stay away, and the plain form runs. */
import { expect, it } from 'vitest';
import * as relu from '../../src/model/experts/relu';
import { expertsKernel } from '../../src/tensor/ops/experts/kernel';
import { hasKernel } from '../../src/tensor/ops/program';
import * as tf from '../../src/tensor/tf';

it('computes the same without them', async () => {
  await tf.loadBackend.wasm();
  tf.env().set('WASM_HAS_SIMD_SUPPORT', false);
  expect(await tf.setBackend('wasm')).toBe(true);
  expect(hasKernel(expertsKernel('Relu'))).toBe(false);
  const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]), true, true);
  expect([...(await product.data())]).toEqual(Array(9).fill(2));
  const params = relu.init({ experts: 2, dim: 3, hidden: 4, out: 2 }, 1);
  const gates = tf.tensor2d([1, 0, 0, 1], [2, 2]);
  const loss = (x: tf.Tensor) =>
    tf.sum(relu.forward(params, x as tf.Tensor2D, gates, 2)) as tf.Scalar;
  const gradient = await tf
    .grad(loss)(tf.ones([2, 3]))
    .data();
  expect([...gradient].some((slope) => slope !== 0)).toBe(true);
});
