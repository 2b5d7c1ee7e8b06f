import { describe, expect, it } from 'vitest';
import { counts } from '../../src/model/metrics';
import { balancers } from '../../src/model/registry';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/balancing.json';
import { expectClose, useBackend } from './backend';

useBackend();

const logits = () => tf.tensor2d(reference.logits);

describe('losses and gradients equal PyTorch', () => {
  for (const given of reference.cases) {
    const { sequenceLength } = given.context;
    it(`${given.balancer}, ${given.scores}, topK ${given.topK}, sequences of ${sequenceLength}`, async () => {
      const balancer = balancers.get(given.balancer);
      const mask = tf.tensor2d(given.mask);
      const loss = (z: tf.Tensor) => {
        const scores = (given.scores === 'softmax' ? tf.softmax(z) : tf.sigmoid(z)) as tf.Tensor2D;
        const routing = { logits: z as tf.Tensor2D, scores, mask, gates: tf.mul(scores, mask) };
        return balancer.loss!(routing as Routing, given.topK, given.context);
      };
      await expectClose(loss(logits()), given.loss, 5e-6);
      await expectClose(tf.grad(loss)(logits()), given.gradient, 5e-6);
    });
  }

  for (const given of reference.load)
    it(`load, topK ${given.topK}`, async () => {
      const drawn = tf.tensor2d(reference.drawn);
      const loss = (z: tf.Tensor, rough: tf.Tensor) => {
        const deviation = tf.softplus(rough) as tf.Tensor2D;
        const noisy = tf.add(z, tf.mul(drawn, deviation)) as tf.Tensor2D;
        const unused = z as tf.Tensor2D;
        return balancers.get('load').loss!(
          {
            logits: unused,
            scores: unused,
            mask: unused,
            gates: unused,
            noise: { noisy, deviation },
          },
          given.topK,
        );
      };
      const rough = tf.tensor2d(reference.rough);
      await expectClose(loss(logits(), rough), given.loss, 1e-5);
      const [gradient, gradientRough] = tf.grads(loss)([logits(), rough]);
      await expectClose(gradient, given.gradient, 1e-5);
      await expectClose(gradientRough, given.gradientRough, 1e-5);
    });

  it('l1', async () => {
    const { topK, loss: expected, gradient } = reference.l1;
    const loss = (z: tf.Tensor) => {
      const gates = tf.relu(z) as tf.Tensor2D;
      const mask = tf.step(z) as tf.Tensor2D;
      return balancers.get('l1').loss!({ logits: gates, scores: gates, mask, gates }, topK);
    };
    await expectClose(loss(logits()), expected, 1e-5);
    await expectClose(tf.grad(loss)(logits()), gradient, 1e-5);
  });
});

describe('bias updates equal NumPy', () => {
  for (const given of reference.updates)
    it(`${given.balancer}, topK ${given.topK}, after ${given.rounds} rounds`, async () => {
      const scores = tf.sigmoid(logits()) as tf.Tensor2D;
      let bias: tf.Tensor1D = tf.zeros([scores.shape[1]]);
      for (let round = 0; round < given.rounds; round++) {
        const mask = tf.topKMask(tf.add(scores, bias) as tf.Tensor2D, given.topK);
        const routing: Routing = { logits: scores, scores, mask, gates: mask };
        const latest = { routing, topK: given.topK };
        const rate = tf.scalar(given.rate);
        bias = balancers.get(given.balancer).update!(bias, counts(mask), rate, latest);
      }
      await expectClose(bias, given.bias, 5e-6);
    });

  it('quantile balancing asks for the routing it needs', () => {
    const bias = tf.zeros<tf.Rank.R1>([4]);
    expect(() => balancers.get('quantile').update!(bias, bias, tf.scalar(1))).toThrow(
      'needs the latest routing',
    );
  });
});
