/**
 * Every router and balancer can be captured. A capture is refused unless two replayed steps give
 * what two steps through TensorFlow.js gave, so making one is the test.
 */
import { beforeAll, expect, it } from 'vitest';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import type { Session } from '../../src/model/experiments/types';
import { lossAndGradients } from '../../src/model/gradients';
import { groupLimited } from '../../src/model/group-limited';
import { load as loadOf } from '../../src/model/metrics';
import { balancers, routers } from '../../src/model/registry';
import { policyLoss } from '../../src/model/routers/reinforce';
import type { Balancer, Params, Router } from '../../src/model/types';
import { webgpuBackend } from '../../src/tensor/internals';
import * as tf from '../../src/tensor/tf';

beforeAll(async () => {
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
  tf.env().set('WEBGPU_CPU_FORWARD', false);
});

const [TOKENS, DIM, EXPERTS] = [32, 4, 4];
const context = { sequenceLength: 8, devices: 2, deviceLimit: 1 };

/** Trains the router alone: expert e is to answer e, and the first token's number is wanted. */
function session(router: Router, chosen: Balancer[]): Session {
  const topK = router.refusal?.({ experts: EXPERTS, topK: 2, tokens: TOKENS }) ? 1 : 2;
  const biased = chosen.filter(({ update }) => update);
  const tokenIds = tf.tensor1d(
    Array.from({ length: TOKENS }, (_, t) => t % 5),
    'int32',
  );
  const params = router.init(DIM, EXPERTS, 1);
  const biases = Object.fromEntries(
    biased.map(({ name }) => [`bias.${name}`, tf.zeros([EXPERTS])]),
  );
  return {
    state: { ...params, ...biases },
    live: ['balanceStrength'],
    step({ state, live, random }) {
      const trained = Object.fromEntries(Object.keys(params).map((name) => [name, state[name]]));
      const x = tf.randomNormal<tf.Rank.R2>([TOKENS, DIM], random, 'x');
      const route = (given: Params) =>
        router.route({
          x,
          params: given,
          topK,
          bias: state[`bias.${biased[0]?.name}`] as tf.Tensor1D | undefined,
          experts: EXPERTS,
          tokenIds,
          random,
          sequenceLength: 8,
        });
      const lossOf = (given: Params) => {
        const routing = route(given);
        const answer = tf.sum(tf.mul(routing.gates, tf.range(0, EXPERTS, 1, 'float32')), 1);
        const costs = tf.square(tf.sub(answer, tf.sum(tf.slice(x, 0, [TOKENS, 1]), 1)));
        let total = tf.mean(costs) as tf.Scalar;
        if (routing.logProbability)
          total = tf.add(total, policyLoss(routing, costs as tf.Tensor1D, tf.scalar(1)));
        for (const { loss } of chosen)
          if (loss)
            total = tf.add(total, tf.mul(loss(routing, topK, context), live.balanceStrength));
        return total;
      };
      // Routers that learn nothing have no gradients to ask for.
      const learns = Object.keys(trained).length > 0;
      const { loss, grads } = learns
        ? lossAndGradients(trained, lossOf)
        : { loss: lossOf(trained), grads: {} as Params };
      const routing = route(trained);
      const load = loadOf(routing.mask);
      const next: Params = {};
      for (const [name, value] of Object.entries(trained))
        next[name] = tf.sub(value, tf.mul(grads[name], 0.1));
      for (const { name, update } of biased) {
        const bias = state[`bias.${name}`] as tf.Tensor1D;
        next[`bias.${name}`] = update!(bias, load, tf.scalar(0.05), { routing, topK });
      }
      return { state: next, metrics: { loss, load } };
    },
    dispose: () => tokenIds.dispose(),
  };
}

async function expectCaptured(router: Router, chosen: Balancer[] = []): Promise<void> {
  const own = session(router, chosen);
  const work = { session: own, seed: 1, live: { balanceStrength: 0.1 }, inputs: {}, step: 0 };
  const trainer = await CapturedTrainer.of(webgpuBackend()!, work);
  await trainer.advance(2).done;
  const { metrics } = await trainer.read(false);
  expect([...metrics.loss.data].every(Number.isFinite)).toBe(true);
  expect(metrics.load.data.length).toBe(2 * EXPERTS);
  expect(trainer.dispatches).toBeGreaterThan(5);
  trainer.dispose();
  own.dispose?.();
}

it.each(routers.all)('router $name', (router) => expectCaptured(router));

// One capture with all of them: noise and scores there serve every loss and every update.
it('all balancers', () => expectCaptured(routers.get('noisy-top-k'), balancers.all));

it('a router limited to groups', () => {
  const limits = { groups: 2, limit: 1, score: 'sum' } as const;
  return expectCaptured(groupLimited(routers.get('sigmoid-normalised'), limits), [
    balancers.get('bias'),
  ]);
});
