import { describe, expect, it } from 'vitest';
import { nextStrength } from '../../src/model/balancing/l1';
import { counts } from '../../src/model/metrics';
import { balancers } from '../../src/model/registry';
import { sequenceMeans } from '../../src/model/tasks/rules/sequences';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/balancing-more.json';
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

describe('what tells the losses apart', () => {
  const routing = (mask: number[][], scores = mask): Routing => {
    const [chosen, scored] = [tf.tensor2d(mask), tf.tensor2d(scores)];
    return { logits: scored, scores: scored, mask: chosen, gates: chosen };
  };
  const value = async (name: string, given: Routing, topK: number, context = {}) =>
    (await balancers.get(name).loss!(given, topK, context).data())[0];

  it('per sequence, imbalance within one counts though the batch is even', async () => {
    const mask = [
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ];
    expect(await value('expert-level', routing(mask), 1)).toBeCloseTo(1, 5);
    expect(await value('expert-level', routing(mask), 1, { sequenceLength: 2 })).toBeCloseTo(2, 5);
  });

  it('the device-level loss does not see imbalance within a device', async () => {
    const mask = [
      [1, 0, 0, 0],
      [0, 0, 1, 0],
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ];
    expect(await value('expert-level', routing(mask), 1)).toBeCloseTo(2, 5);
    expect(await value('device-level', routing(mask), 1, { devices: 2 })).toBeCloseTo(1, 5);
  });

  it('the communication loss counts a token once per device', async () => {
    const near = [
      [1, 1, 0, 0],
      [0, 0, 1, 1],
    ];
    const far = [
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ];
    const half = [
      [0.5, 0.5, 0, 0],
      [0, 0, 0.5, 0.5],
    ];
    const context = { devices: 2, deviceLimit: 2 };
    expect(await value('communication', routing(near, half), 2, context)).toBeCloseTo(0.5, 5);
    expect(await value('communication', routing(far, half), 2, context)).toBeCloseTo(1, 5);
  });

  it('the sequence-wise loss looks at what unbiased scores would choose', async () => {
    const scores = [
      [0.9, 0.2],
      [0.8, 0.1],
    ];
    const [biased, unbiased] = [
      [
        [0, 1],
        [0, 1],
      ],
      [
        [1, 0],
        [1, 0],
      ],
    ];
    const loss = await value('sequence-wise', routing(biased, scores), 1);
    expect(loss).toBeCloseTo(await value('sequence-wise', routing(unbiased, scores), 1), 6);
    expect(loss).toBeCloseTo(((0.9 / 1.1 + 0.8 / 0.9) / 2) * 2, 5);
  });

  it('the smooth load refuses to choose every expert', async () => {
    const given = routing([[1, 1]]);
    const noise = { noisy: given.logits, deviation: given.logits };
    expect(() => balancers.get('load').loss!({ ...given, noise }, 2)).toThrow('topK 2 of 2');
  });
});

describe('the weight of the ReLU penalty', () => {
  const strength = async (mask: number[][], topK: number) => {
    const chosen = tf.tensor2d(mask);
    const given: Routing = { logits: chosen, scores: chosen, mask: chosen, gates: chosen };
    return (await nextStrength(tf.scalar(1e-3), given, topK).data())[0];
  };

  it('grows while tokens use too many experts, shrinks while too few, else stays', async () => {
    expect(
      await strength(
        [
          [1, 1, 0],
          [1, 1, 1],
        ],
        2,
      ),
    ).toBeCloseTo(1.2e-3, 8);
    expect(
      await strength(
        [
          [1, 0, 0],
          [1, 1, 0],
        ],
        2,
      ),
    ).toBeCloseTo(1e-3 / 1.2, 8);
    expect(
      await strength(
        [
          [1, 0, 0],
          [1, 1, 1],
        ],
        2,
      ),
    ).toBeCloseTo(1e-3, 8);
  });
});

describe('sequenceMeans', () => {
  it('refuses a batch that is not whole sequences', () => {
    expect(() => sequenceMeans(tf.zeros([10, 2]), 4)).toThrow(
      '10 tokens are not whole sequences of 4',
    );
  });
});
