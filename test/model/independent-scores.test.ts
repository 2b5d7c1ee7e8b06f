import { describe, expect, it } from 'vitest';
import { balancers, routers } from '../../src/model/registry';
import { routeLogits } from '../../src/model/routing';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/independent-scores.json';
import { expectClose, useBackend } from './backend';

useBackend();

const { topK, context } = reference;
const sigmoid = routers.get('sigmoid-normalised');
const given = () => tf.tensor2d(reference.logits);

describe.each(reference.cases)('$name of sigmoid scores', ({ name, value, gradient }) => {
  const lossOf = (routing: Routing) => balancers.get(name).loss!(routing, topK, context);
  const loss = (logits: tf.Tensor) => lossOf(routeLogits(sigmoid, logits as tf.Tensor2D, { topK }));

  it('equals NumPy, and so does its gradient', async () => {
    await expectClose(loss(given()), value, 1e-6);
    await expectClose(tf.grad(loss)(given()), gradient, 1e-6);
  });

  it('cannot be lowered by shrinking all scores', async () => {
    const routing = routeLogits(sigmoid, given(), { topK });
    const smaller = { ...routing, scores: tf.mul(routing.scores, 0.01) as tf.Tensor2D };
    await expectClose(lossOf(smaller), value, 1e-6);
    // Taken as if they were a distribution, as in a bug of station 08, it is.
    const asTheyAre = { ...smaller, independent: undefined };
    expect((await lossOf(asTheyAre).data())[0]).toBeLessThan(0.1 * value);
  });
});

it.each(routers.all)('$name says whether its scores are made one by one', async (router) => {
  const refused = router.refusal?.({ experts: 6, topK, tokens: 12 });
  const { scores, independent = false } = router.route({
    x: given(),
    params: router.init(6, 6, 1),
    topK: refused ? 1 : topK,
    experts: 6,
    tokenIds: tf.range(0, 12, 1, 'int32'),
    random: { seed: 1, counter: tf.scalar(0, 'int32') },
  });
  const sums = Array.from(await tf.sum(scores, 1).data());
  const allOne = sums.every((sum) => Math.abs(sum - 1) < 1e-5);
  expect(allOne).toBe(!independent);
});
