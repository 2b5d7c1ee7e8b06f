import { describe, expect, it } from 'vitest';
import {
  deadExperts,
  droppedShare,
  load,
  loadEntropy,
  maxVio,
  scoreEntropy,
  variation,
} from '../../src/model/metrics';
import * as tf from '../../src/tensor/tf';
import { expectClose, useBackend } from './backend';

useBackend();

const even = () => tf.tensor1d([0.25, 0.25, 0.25, 0.25]);
const collapsed = () => tf.tensor1d([0, 1, 0, 0]);
const between = () => tf.tensor1d([0.5, 0.3, 0.2, 0]);

describe('load', () => {
  it('is the share of the assignments, not of the tokens', async () => {
    const mask = tf.tensor2d([
      [1, 1, 0, 0],
      [1, 0, 1, 0],
    ]);
    await expectClose(load(mask), [0.5, 0.25, 0.25, 0]);
  });
});

describe('unevenness', () => {
  it.each([
    ['even', even, { maxVio: 0, variation: 0, entropy: Math.log(4), dead: 0 }],
    // One of four: 4 · 1 − 1; deviation √(3/16) over a mean of 1/4.
    ['collapsed', collapsed, { maxVio: 3, variation: Math.sqrt(3), entropy: 0, dead: 3 }],
    // 4 · 0.5 − 1; variance (0.25 + 0.09 + 0.04) / 4 − 1/16 = 0.0325.
    [
      'in between',
      between,
      {
        maxVio: 1,
        variation: Math.sqrt(0.0325) / 0.25,
        entropy: -(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2)),
        dead: 1,
      },
    ],
  ] as const)('of a load that is %s', async (_, shares, want) => {
    await expectClose(maxVio(shares()), want.maxVio);
    await expectClose(variation(shares()), want.variation);
    await expectClose(loadEntropy(shares()), want.entropy);
    await expectClose(deadExperts(shares()), want.dead, 0);
  });

  it('calls an expert dead below a fiftieth of its fair share', async () => {
    // Of 4 experts the fair share is 0.25, a fiftieth of it 0.005.
    await expectClose(deadExperts(tf.tensor1d([0.004, 0.006, 0.49, 0.5])), 1, 0);
    await expectClose(deadExperts(tf.tensor1d([0.004, 0.006, 0.49, 0.5]), 0.1), 2, 0);
  });
});

describe('where nobody is chosen', () => {
  it('all are numbers: no load, no unevenness, all dead, none dropped', async () => {
    const mask = tf.zeros<tf.Rank.R2>([3, 4]);
    const none = load(mask);
    await expectClose(none, [0, 0, 0, 0], 0);
    await expectClose(maxVio(none), -1, 0);
    await expectClose(variation(none), 0, 0);
    await expectClose(loadEntropy(none), 0, 0);
    await expectClose(deadExperts(none), 4, 0);
    await expectClose(droppedShare(mask, mask), 0, 0);
    await expectClose(scoreEntropy({ scores: mask }), 0, 0);
  });
});

describe('entropy of the scores', () => {
  it('is the mean over the tokens, whether scores sum to 1 or not', async () => {
    const scores = tf.tensor2d([
      [0.5, 0.5, 0, 0],
      [0.2, 0.2, 0.2, 0.2],
    ]);
    await expectClose(scoreEntropy({ scores }), (Math.log(2) + Math.log(4)) / 2);
  });
});

describe('dropped share', () => {
  it('counts assignments turned away', async () => {
    const chosen = tf.tensor2d([
      [1, 1],
      [1, 1],
    ]);
    const kept = tf.tensor2d([
      [1, 1],
      [0, 1],
    ]);
    await expectClose(droppedShare(chosen, kept), 0.25);
    await expectClose(droppedShare(chosen, chosen), 0);
    expect(droppedShare(chosen, kept).shape).toEqual([]);
  });
});
