import { describe, expect, it } from 'vitest';
import expertLevel from '../../src/model/balancing/expert-level';
import gshard from '../../src/model/balancing/gshard';
import importance from '../../src/model/balancing/importance';
import l1, { nextStrength } from '../../src/model/balancing/l1';
import quantile from '../../src/model/balancing/quantile';
import sequenceWise from '../../src/model/balancing/sequence-wise';
import switchLoss from '../../src/model/balancing/switch';
import zLoss from '../../src/model/balancing/z-loss';
import { balancers } from '../../src/model/registry';
import { sequenceMeans } from '../../src/model/sequences';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import { expectClose, useBackend } from './backend';

useBackend();

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

describe('losses and updates', () => {
  const scores = () =>
    tf.softmax(
      tf.tensor2d([
        [1, 0, 2],
        [0, 3, 1],
      ]),
    ) as tf.Tensor2D;
  const mask = () => tf.topKMask(scores(), 1);

  it('ask for no more of a routing than they read', async () => {
    // That this compiles is half of the test: each is handed its own parts and nothing else.
    const alone = [
      switchLoss.loss({ mask: mask(), scores: scores() }, 1),
      expertLevel.loss({ mask: mask(), scores: scores() }, 1),
      gshard.loss({ scores: scores() }),
      sequenceWise.loss({ scores: scores() }, 1),
      importance.loss({ gates: scores() }),
      l1.loss({ mask: mask(), gates: scores() }, 1),
      zLoss.loss({ logits: scores() }),
    ];
    const whole = { logits: scores(), scores: scores(), mask: mask(), gates: scores() };
    for (const [i, name] of [
      'switch',
      'expert-level',
      'gshard',
      'sequence-wise',
      'importance',
      'l1',
      'z-loss',
    ].entries())
      await expectClose(alone[i], await balancers.get(name).loss!(whole, 1).data(), 1e-6);
    const latest = { routing: { scores: scores() }, topK: 1 };
    const bias = tf.zeros<tf.Rank.R1>([3]);
    expect(quantile.update(bias, bias, tf.scalar(0), latest).shape).toEqual([3]);
  });
});
