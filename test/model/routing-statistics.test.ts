import { describe, expect, it } from 'vitest';
import {
  coActivation,
  domainShares,
  explainedShare,
  logPaths,
  pathShares,
  relativeDomainLoad,
  repeatShare,
  saturation,
} from '../../src/model/routing-statistics';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/routing-statistics.json';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const { topK, sequenceLength } = reference;
const earlier = () => tf.tensor2d(reference.earlier);
const final = () => tf.tensor2d(reference.final);
const domains = () => tf.tensor2d(reference.domains);

describe('routing statistics', () => {
  it('saturation equals NumPy, is 1 for equal choices and 0 for disjoint ones', async () => {
    await expectClose(saturation(earlier(), final(), topK), reference.saturation, 1e-6);
    await expectClose(saturation(final(), final(), topK), 1, 1e-6);
    const [a, b] = [tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 1]])];
    await expectClose(saturation(a, b, 1), 0, 0);
  });

  it('co-activation equals NumPy, an unused expert included', async () => {
    await expectClose(coActivation(final()), reference.coActivation, 1e-6);
  });

  it('domain shares equal NumPy, an absent domain included', async () => {
    await expectClose(domainShares(final(), domains()), reference.domainShares, 1e-6);
  });

  it('a class that decides explains all, one that says nothing explains nothing', async () => {
    const mask = tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    const classes = (of: number[]) =>
      tf.cast(tf.oneHot(tf.tensor1d(of, 'int32'), 2), 'float32') as tf.Tensor2D;
    await expectClose(explainedShare(mask, classes([0, 0, 1, 1])), 1, 1e-6);
    await expectClose(explainedShare(mask, classes([0, 1, 0, 1])), 0, 1e-6);
    // No uncertainty: nothing to explain.
    const one = tf.tensor2d([[1], [1], [1], [1]]);
    await expectClose(explainedShare(one, classes([0, 0, 1, 1])), 0, 1e-6);
  });

  it('an expert for digits explains what the formula says', async () => {
    // 8 tokens: one a digit, for expert 0; seven others, one for each of seven experts.
    const mask = tf.eye(8) as tf.Tensor2D;
    const isDigit = tf.oneHot(tf.tensor1d([1, 0, 0, 0, 0, 0, 0, 0], 'int32'), 2);
    const left = (7 / 8) * Math.log(7);
    await expectClose(
      explainedShare(mask, tf.cast(isDigit, 'float32') as tf.Tensor2D),
      (Math.log(8) - left) / Math.log(8),
      1e-5,
    );
    expect(() => explainedShare(mask, tf.zeros([3, 2]))).toThrow('8 tokens and classes of 3');
  });

  it('relative domain load is 1 where a domain spreads evenly', async () => {
    const mask = tf.tensor2d([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    const kinds = tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    await expectClose(
      relativeDomainLoad(mask, kinds, 1),
      [
        [1, 1],
        [2, 0],
      ],
      1e-6,
    );
  });

  it('path shares equal NumPy and sum to 1', async () => {
    const shares = pathShares([earlier(), final()], topK);
    await expectClose(shares, reference.paths, 1e-6);
    await expectClose(tf.sum(pathShares([final(), earlier(), final()], topK)), 1, 1e-5);
  });

  it('repeats between neighbours equal NumPy, without the borders of sequences', async () => {
    await expectClose(repeatShare(final(), sequenceLength), reference.repeat, 1e-6);
  });

  it('counts the ways through known models', () => {
    // C(8, 2) = 28 choices in each of Mixtral's 32 layers; one of 16 in 16 layers is 2^64.
    expect(logPaths(8, 2, 32)).toBeCloseTo(32 * Math.log10(28), 9);
    expect(logPaths(16, 1, 16)).toBeCloseTo(64 * Math.log10(2), 9);
    expect(Math.floor(logPaths(256, 8, 58))).toBe(847);
  });

  it('leaves no tensors behind', async () => {
    const given = [earlier(), final(), domains()];
    await expectNoLeaks(() => {
      tf.tidy(() => {
        saturation(given[0], given[1], topK);
        coActivation(given[1]);
        relativeDomainLoad(given[1], given[2], topK);
        pathShares(given.slice(0, 2), topK);
        repeatShare(given[1], sequenceLength);
      });
    });
  });

  it('refuses what it cannot count, in words', () => {
    const many = Array.from({ length: 5 }, () => tf.zeros<tf.Rank.R2>([4, 8]));
    expect(() => pathShares(many, 1)).toThrow('5 layers of 8 experts have 32768 paths');
    expect(() => saturation(tf.zeros([4, 2]), tf.zeros([5, 2]), 1)).toThrow('[4,2] and [5,2]');
    expect(() => repeatShare(tf.zeros([10, 2]), 4)).toThrow('not whole sequences of 4');
  });
});
