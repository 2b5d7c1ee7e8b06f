import { describe, expect, it } from 'vitest';
import { adaBoost, round, score, votesOf, weightedLoss } from '../../src/model/ensembles/ada-boost';
import {
  boostedScore,
  gradientBoost,
  residuals,
} from '../../src/model/ensembles/gradient-boosting';
import * as members from '../../src/model/ensembles/members';
import { uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/ensembles.json';
import { backend, expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const given = reference.adaBoost;

describe('AdaBoost', () => {
  it('reweighs five rounds of votes as in PyTorch', async () => {
    const labels = tf.tensor1d(given.labels);
    let weights: tf.Tensor1D = tf.fill([given.labels.length], 1 / given.labels.length);
    let bound = 1;
    for (const [t, want] of given.rounds.entries()) {
      const now = round(weights, labels, tf.tensor1d(given.votes[t]));
      await expectClose(now.error, want.error);
      await expectClose(now.alpha, want.alpha);
      await expectClose(now.weights, want.weights);
      bound *= (await now.factor.data())[0];
      expect(bound).toBeCloseTo(want.bound, 5);
      weights = now.weights;
    }
    const votes = tf.transpose(tf.tensor2d(given.votes)) as tf.Tensor2D;
    const total = score(votes, tf.tensor1d(given.rounds.map(({ alpha }) => alpha)));
    await expectClose(total, given.score);
    const wrong = (await votesOf(total).data()).filter((vote, i) => vote !== given.labels[i]);
    expect(wrong.length / given.labels.length).toBe(given.trainingError);
    expect(given.trainingError).toBeLessThanOrEqual(bound);
  });

  it('after a round the last votes are right on exactly half of the weight', async () => {
    const labels = tf.tensor1d(given.labels);
    const votes = tf.tensor1d(given.votes[0]);
    const start: tf.Tensor1D = tf.fill([given.labels.length], 1 / given.labels.length);
    const { weights } = round(start, labels, votes);
    await expectClose(tf.sum(tf.mul(weights, tf.mul(labels, votes))), 0);
  });

  it('a member’s loss has the value and gradient of PyTorch', async () => {
    const labels = tf.tensor1d(given.labels);
    const weights = tf.tensor1d(given.rounds[4].weights);
    const loss = (z: tf.Tensor) => weightedLoss(z as tf.Tensor1D, labels, weights);
    await expectClose(loss(tf.tensor1d(given.logits)), given.weightedLoss);
    await expectClose(tf.grad(loss)(tf.tensor1d(given.logits)), given.byLogits);
  });

  it('counts votes that never err as finite', async () => {
    const labels = tf.tensor1d([1, -1]);
    const { alpha, weights } = round(tf.tensor1d([0.5, 0.5]), labels, labels);
    expect((await alpha.data())[0]).toBeGreaterThan(5);
    await expectClose(weights, [0.5, 0.5]);
  });

  // Inside or outside of a disc: three hidden units, briefly trained, get about a quarter wrong.
  const disc = () => {
    const next = uniforms(2, 'disc');
    const points = Array.from({ length: 60 }, () => [2 * next() - 1, 2 * next() - 1]);
    const labels = points.map(([a, b]) => (a * a + b * b < 0.5 ? 1 : -1));
    return { x: tf.tensor2d(points), labels, y: tf.tensor1d(labels) };
  };
  const config = { rounds: 6, hidden: 3, steps: 60, learningRate: 0.1 };

  // 360 training steps: on the CPU only.
  it.runIf(backend === 'cpu')(
    'trains members on what their predecessors got wrong, and the vote beats the first',
    async () => {
      const { x, y, labels } = disc();
      const made = await adaBoost(x, y, config, 2);
      expect(made.members.length).toBeGreaterThanOrEqual(2);
      expect(made.errors.every((error) => error > 0 && error < 0.5)).toBe(true);
      const votes = made.members.map((params) =>
        votesOf(
          tf.reshape(
            members.forward(params, x, { members: 1, inputs: 2, hidden: 3, outputs: 1 }),
            [60],
          ),
        ),
      );
      // Weights recomputed on the host from the votes: wrong cases up, right ones down.
      let weights = labels.map(() => 1 / 60);
      for (const [t, vote] of votes.entries()) {
        await expectClose(tf.tensor1d(made.weights[t]), weights, 1e-4);
        const said = await vote.data();
        const error = weights.reduce((sum, w, i) => sum + (said[i] === labels[i] ? 0 : w), 0);
        const alpha = 0.5 * Math.log((1 - error) / error);
        expect(made.alphas[t]).toBeCloseTo(alpha, 3);
        weights = weights.map((w, i) => w * Math.exp(-alpha * labels[i] * said[i]));
        const sum = weights.reduce((all, w) => all + w, 0);
        weights = weights.map((w) => w / sum);
      }
      const total = score(tf.stack(votes, 1) as tf.Tensor2D, tf.tensor1d(made.alphas));
      const said = await votesOf(total).data();
      const wrong = labels.filter((label, i) => label !== said[i]).length / 60;
      // Measured: a quarter to a third for the first member alone, a few per cent for the vote of six.
      expect(wrong).toBeLessThan(made.errors[0] / 2);
      const bound = made.errors.reduce((all, e) => all * 2 * Math.sqrt(e * (1 - e)), 1);
      expect(wrong).toBeLessThanOrEqual(bound);
    },
  );

  it('leaves no tensor behind', () =>
    expectNoLeaks(async () => {
      const { x, y } = disc();
      const made = await adaBoost(x, y, { ...config, rounds: 2, steps: 2 }, 1);
      tf.dispose([x, y, ...made.members]);
    }));
});

describe('gradient boosting', () => {
  it.each(['squared', 'logistic'] as const)('%s residuals are as in PyTorch', async (loss) => {
    const { score, [loss]: want } = reference.boosting;
    await expectClose(
      residuals(tf.tensor2d(want.targets), tf.tensor2d(score), loss),
      want.residuals,
    );
  });

  const config = {
    rounds: 3,
    hidden: 2,
    steps: 40,
    learningRate: 0.1,
    shrinkage: 0.8,
    loss: 'squared' as const,
  };
  const wave = () => {
    const xs = Array.from({ length: 30 }, (_, i) => -1 + (2 * i) / 29);
    return {
      x: tf.tensor2d(xs, [30, 1]),
      y: tf.tensor2d(
        xs.map((v) => Math.sin(4 * v)),
        [30, 1],
      ),
    };
  };

  it.runIf(backend === 'cpu')(
    'leaves less over after every round, and the members’ sum is what it says',
    async () => {
      const { x, y } = wave();
      const made = await gradientBoost(x, y, config, 5);
      expect(made.members.length).toBe(3);
      for (let i = 1; i < 4; i++)
        expect(made.residualErrors[i]).toBeLessThan(made.residualErrors[i - 1]);
      const said = boostedScore(made.members, x, { hidden: 2, outputs: 1 }, config.shrinkage);
      const error = (await tf.mean(tf.squaredDifference(said, y)).data())[0];
      expect(error).toBeCloseTo(made.residualErrors[3], 5);
    },
  );

  it('refuses a shrinkage that would not shrink', async () => {
    const { x, y } = wave();
    await expect(gradientBoost(x, y, { ...config, shrinkage: 0 }, 1)).rejects.toThrow(
      'Shrinkage is above 0 and at most 1; it is 0.',
    );
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(async () => {
      const { x, y } = wave();
      const made = await gradientBoost(x, y, { ...config, steps: 2 }, 1);
      tf.dispose([x, y, ...made.members]);
    }));
});
