/** Routing from logits that are given, for every router that has logits. */
import { describe, expect, it } from 'vitest';
import { routers } from '../../src/model/registry';
import { soft } from '../../src/model/routers/soft';
import { routeLogits } from '../../src/model/routing';
import type { RouterInput } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, useBackend } from './backend';

useBackend();

const [TOKENS, DIM, EXPERTS] = [16, 5, 4];
const x = () => normal<tf.Rank.R2>([TOKENS, DIM], 1, 1, 'x');
const withLogits = routers.all.filter(({ hasLogits }) => hasLogits !== false);

it('is for all routers but those that look at something else', () => {
  const others = routers.all.filter((router) => !withLogits.includes(router));
  expect(others.map(({ name }) => name)).toEqual(['hash', 'random']);
  for (const router of others)
    expect(() => routeLogits(router, tf.zeros([2, 4]), { topK: 1, experts: 4 })).toThrow(
      `The router "${router.name}" has no logits`,
    );
});

describe.each(withLogits)('$name', (router) => {
  const params = () => router.init(DIM, EXPERTS, 3);
  const topK = router.refusal?.({ experts: EXPERTS, topK: 2, tokens: TOKENS }) ? 1 : 2;
  const given = (): Omit<RouterInput, 'x' | 'params'> => ({
    topK,
    random: { seed: 1, counter: tf.scalar(2, 'int32') },
  });

  it('routes given logits as those that it computes itself', async () => {
    const weights = params();
    const want = router.route({ ...given(), x: x(), params: weights });
    const logits: tf.Tensor2D = tf.matMul(x(), weights['router.weight']);
    const got = routeLogits(router, logits, { ...given(), x: x(), params: weights });
    for (const part of ['logits', 'scores', 'mask', 'gates'] as const)
      await expectClose(got[part], await want[part].data(), 1e-5);
  });

  it('passes a gradient on to the logits where it does to its weight', async () => {
    const weights = params();
    const onGates = normal<tf.Rank.R2>([TOKENS, EXPERTS], 1, 7, 'onGates');
    const size = async (of: (value: tf.Tensor) => tf.Tensor, at: tf.Tensor) =>
      (await tf.max(tf.abs(tf.grad((value) => tf.sum(tf.mul(of(value), onGates)))(at))).data())[0];
    // The product with 0 ties the gates to what is asked about, whatever the router does.
    const tied = (gates: tf.Tensor, to: tf.Tensor) => tf.add(gates, tf.mul(tf.sum(to), 0));
    const onWeight = await size(
      (weight) =>
        tied(
          router.route({ ...given(), x: x(), params: { ...weights, 'router.weight': weight } })
            .gates,
          weight,
        ),
      weights['router.weight'],
    );
    const onLogits = await size(
      (logits) =>
        tied(
          routeLogits(router, logits as tf.Tensor2D, { ...given(), x: x(), params: weights }).gates,
          logits,
        ),
      tf.matMul(x(), weights['router.weight']),
    );
    expect(onLogits > 0).toBe(onWeight > 0);
  });
});

describe('hand-written logits', () => {
  const logits = () =>
    tf.tensor2d([
      [2, 0, 1, -1],
      [0, 0, 3, 1],
    ]);

  it.each([
    'softmax-top-k',
    'softmax-top-k-renormalised',
    'top-k-softmax',
    'sigmoid-normalised',
    'gumbel',
    'reinforce',
    'sinkhorn',
  ])('go through %s with nothing beside them', async (name) => {
    const { mask, gates } = routeLogits(routers.get(name), logits(), { topK: 2, evaluating: true });
    await expectClose(
      mask,
      [
        [1, 0, 1, 0],
        [0, 0, 1, 1],
      ],
      0,
    );
    expect((await tf.min(tf.sum(gates, 1)).data())[0]).toBeGreaterThan(0);
  });

  it('take the first of the equal ones, and the bias into the choice alone', async () => {
    const router = routers.get('softmax-top-k');
    const even = tf.zeros<tf.Rank.R2>([1, 3]);
    const bias = tf.tensor1d([0, 0, 1]);
    const { mask } = routeLogits(router, even, { topK: 1 });
    await expectClose(mask, [[1, 0, 0]], 0);
    const moved = routeLogits(router, even, { topK: 1, bias });
    await expectClose(moved.gates, [[0, 0, 1 / 3]], 1e-6);
  });

  it('ask noisy top-k for the tokens that its noise is made of', () => {
    expect(() => routeLogits(routers.get('noisy-top-k'), logits(), { topK: 1 })).toThrow(
      'Noisy top-k makes its noise from the tokens: beside logits it needs x, params.',
    );
  });

  it('are those of slots where a router mixes tokens', async () => {
    const two = normal<tf.Rank.R2>([6, 4], 1, 1, 'slots'); // two experts of two slots
    const { gates, slots } = routeLogits(soft(2), two, { topK: 1, sequenceLength: 3 });
    expect(gates.shape).toEqual([6, 2]);
    expect(slots!.dispatch.shape).toEqual([2, 4, 3]);
    await expectClose(tf.sum(gates, 1), Array(6).fill(1), 1e-5);
  });
});
