/** Ten losses in a row of a small classifier under each router, as in PyTorch. */
import { describe, expect, it } from 'vitest';
import * as balance from '../../src/model/balancing/switch';
import { throughSlots } from '../../src/model/dispatch/soft';
import { mostPairs } from '../../src/model/experts/chosen-only';
import * as experts from '../../src/model/experts/relu';
import { seenAndGradients } from '../../src/model/gradients';
import * as crossEntropy from '../../src/model/layers/cross-entropy';
import { load } from '../../src/model/metrics';
import adam from '../../src/model/optimizers/adam';
import sgd from '../../src/model/optimizers/sgd';
import { routers } from '../../src/model/registry';
import { nextBaseline, policyLoss } from '../../src/model/routers/reinforce';
import type { Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/router-training.json';
import { expectNoLeaks, type Numbers, useBackend } from './backend';
import { tensors } from './parity';

useBackend();

/**
 * float32 against double precision. The reference has no close choices in its ten steps, so that
 * rounding moves numbers and never an expert; ten steps of learning multiply an error some ten times.
 */
const tolerance = 2e-5;

type Case = Omit<(typeof reference.cases)[number], 'params'> & {
  params: Record<string, Numbers>;
  live?: { jitter?: number };
  sequenceLength?: number;
};

/** The case's losses, and each expert's share of the assignments in the last step. */
async function train(given: Case): Promise<{ losses: number[]; share: number[] }> {
  const router = routers.get(given.router);
  const optimizer = given.adam ? adam : sgd;
  const x = tf.tensor2d(given.x);
  const labels = tf.tensor1d(given.labels, 'int32');
  const tokenIds = tf.tensor1d(given.tokenIds, 'int32');
  let params = tensors(given.params);
  let state = optimizer.init(params);
  let baseline = tf.scalar(0);
  const learningRate = tf.scalar(given.learningRate);
  const live = Object.fromEntries(
    Object.entries(given.live ?? {}).map(([name, value]) => [name, tf.scalar(value)]),
  );
  const pairs = mostPairs(router, given.topK, [given.x.length, given.experts]);
  const losses: number[] = [];
  let share: number[] = [];
  for (let step = 0; step < given.losses.length; step++) {
    const next = tf.tidy(() => {
      const random = { seed: reference.seed, counter: tf.scalar(step, 'int32') };
      const { seen, grads } = seenAndGradients(params, (now) => {
        const routing = router.route({
          x,
          params: now,
          topK: given.topK,
          random,
          live,
          tokenIds,
          experts: given.experts,
          sequenceLength: given.sequenceLength,
        });
        const answer = (tokens: tf.Tensor2D, gates: tf.Tensor2D) =>
          experts.forward(now, tokens, gates, routing.slots ? undefined : pairs);
        const hidden = routing.slots ? throughSlots(routing, x, answer) : answer(x, routing.gates);
        const logits: tf.Tensor2D = tf.add(
          tf.matMul(hidden, now['head.weight'] as tf.Tensor2D),
          now['head.bias'],
        );
        const task = crossEntropy.forward(logits, labels);
        const costs = crossEntropy.perToken(logits, labels);
        let loss: tf.Scalar = task;
        if (routing.logProbability) loss = tf.add(loss, policyLoss(routing, costs, baseline));
        if (given.balance)
          loss = tf.add(loss, tf.mul(balance.default.loss(routing, given.topK), given.balance));
        return { loss, task, costs, share: load(routing.mask) };
      });
      const moved = optimizer.update(params, grads, state, { learningRate });
      return {
        moved,
        task: seen.task,
        share: seen.share,
        baseline: nextBaseline(baseline, seen.costs as tf.Tensor1D),
      };
    });
    losses.push((await next.task.data())[0]);
    share = [...(await next.share.data())];
    tf.dispose([params, state, baseline, next.task, next.share]);
    params = next.moved.params as Params;
    state = next.moved.state as Params;
    baseline = next.baseline;
  }
  tf.dispose([params, state, baseline, x, labels, tokenIds, learningRate, live]);
  return { losses, share };
}

async function expectAsInPyTorch(given: Case): Promise<void> {
  const { losses, share } = await train(given);
  for (const [step, loss] of given.losses.entries())
    expect(
      Math.abs(losses[step] - loss),
      `loss ${step}: ${losses[step]}, not ${loss}`,
    ).toBeLessThan(tolerance);
  expect(losses.at(-1)).toBeLessThan(losses[0]);
  for (const [e, of] of (given.lastLoad ?? []).entries()) expect(share[e]).toBeCloseTo(of, 5);
}

describe('a classifier learns ten steps as in PyTorch', () => {
  it.each(reference.cases as unknown as Case[])('with the router $router', expectAsInPyTorch);

  it('as a mixture of six experts with the Switch loss and Adam', () =>
    expectAsInPyTorch(reference.classifier as unknown as Case));

  it('with every router that the library has', () => {
    const trained = reference.cases.map(({ router }) => router).sort();
    expect(trained).toEqual(routers.all.map(({ name }) => name).sort());
  });

  it('and leaves no tensor behind', () =>
    expectNoLeaks(async () => void (await train(reference.classifier as unknown as Case))));
});
