import { expect, it } from 'vitest';
import { balancers } from '../../src/model/registry';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/smooth-load.json';
import { expectClose, useBackend } from './backend';

useBackend();

const balancer = balancers.get('load');

/** The loss of noisy top-k routing, whose deviations are the softplus of `raw`. */
function smoothLoad(logits: tf.Tensor, raw: tf.Tensor, topK: number): tf.Scalar {
  const deviation = tf.softplus(raw);
  const noisy = tf.add(logits, tf.mul(deviation, tf.tensor2d(reference.noise)));
  return balancer.loss!({ logits, noise: { noisy, deviation } } as Routing, topK);
}

// The softplus of −120 and of −95 is 0 in single precision, on WebGPU already that of −88.
it.each(reference.cases)(
  'equals NumPy where the noise nearly vanishes, topK $topK',
  async ({ topK, value, gradLogits, gradRaw }) => {
    const [logits, raw] = [tf.tensor2d(reference.logits), tf.tensor2d(reference.raw)];
    await expectClose(smoothLoad(logits, raw, topK), value, 1e-5);
    const gradients = tf.grads((z: tf.Tensor, r: tf.Tensor) => smoothLoad(z, r, topK))([
      logits,
      raw,
    ]);
    await expectClose(gradients[0], gradLogits, 1e-5);
    await expectClose(gradients[1], gradRaw, 1e-5);
  },
);

it('has a finite gradient where all noise is gone', async () => {
  const logits = tf.tensor2d(reference.logits);
  const raw = tf.fill(logits.shape, -200);
  const gradients = tf.grads((z: tf.Tensor, r: tf.Tensor) => smoothLoad(z, r, 2))([logits, raw]);
  for (const gradient of gradients)
    expect(Array.from(await gradient.data()).every(Number.isFinite)).toBe(true);
});
