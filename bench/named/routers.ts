/** A small classifier under each router, and one with the Switch loss and Adam. */
import switchLoss from '../../src/model/balancing/switch';
import { throughSlots } from '../../src/model/dispatch/soft';
import type { Session } from '../../src/model/experiments/types';
import { mostPairs } from '../../src/model/experts/chosen-only';
import * as experts from '../../src/model/experts/relu';
import { pick, seenAndGradients } from '../../src/model/gradients';
import * as crossEntropy from '../../src/model/layers/cross-entropy';
import adam from '../../src/model/optimizers/adam';
import sgd from '../../src/model/optimizers/sgd';
import { routers } from '../../src/model/registry';
import { nextBaseline, policyLoss } from '../../src/model/routers/reinforce';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../../test/reference/router-training.json';
import { tensors, trained } from './training';
import type { Named } from './types';

interface Given {
  router: string;
  topK: number;
  experts: number;
  learningRate: number;
  live?: Record<string, number>;
  sequenceLength?: number;
  x: number[][];
  labels: number[];
  tokenIds: number[];
  params: Record<string, unknown>;
  /** Weight of the Switch loss. */
  balance: number;
  adam: boolean;
  losses: number[];
}

async function train(given: Given): Promise<number[]> {
  const { topK, balance, sequenceLength } = given;
  const router = routers.get(given.router);
  const optimizer = given.adam ? adam : sgd;
  const x = tf.tensor2d(given.x);
  const labels = tf.tensor1d(given.labels, 'int32');
  const tokenIds = tf.tensor1d(given.tokenIds, 'int32');
  const pairs = mostPairs(router, topK, [given.x.length, given.experts]);
  const params = tensors(given.params);
  const session: Session = {
    state: { ...params, ...optimizer.init(params), baseline: tf.scalar(0) },
    live: ['learningRate', ...Object.keys(given.live ?? {})],
    step({ state, live, random }) {
      const now = pick(state, Object.keys(params));
      const baseline = state.baseline as tf.Scalar;
      const { seen, grads } = seenAndGradients(now, (own) => {
        const routing: Routing = router.route({
          x,
          params: own,
          topK,
          tokenIds,
          experts: given.experts,
          sequenceLength,
          live,
          random,
        });
        const answer = (tokens: tf.Tensor2D, gates: tf.Tensor2D) =>
          experts.forward(own, tokens, gates, routing.slots ? undefined : pairs);
        const hidden = routing.slots ? throughSlots(routing, x, answer) : answer(x, routing.gates);
        const product: tf.Tensor2D = tf.matMul(hidden, own['head.weight'] as tf.Tensor2D);
        const logits: tf.Tensor2D = tf.add(product, own['head.bias']);
        const task = crossEntropy.forward(logits, labels);
        const costs = crossEntropy.perToken(logits, labels);
        const further = [
          ...(routing.logProbability ? [policyLoss(routing, costs, baseline)] : []),
          ...(balance ? [tf.mul<tf.Scalar>(switchLoss.loss(routing, topK), balance)] : []),
        ];
        return { loss: tf.addN<tf.Scalar>([task, ...further]), task, costs };
      });
      const moved = optimizer.update(now, grads, state, live);
      const next = nextBaseline(baseline, seen.costs as tf.Tensor1D);
      return {
        state: { ...moved.params, ...moved.state, baseline: next },
        metrics: { loss: seen.task },
      };
    },
  };
  const live = { learningRate: given.learningRate, ...given.live };
  const found = await trained(session, live, given.losses.length, reference.seed);
  tf.dispose([x, labels, tokenIds]);
  return found;
}

const named = (name: string, given: Given): Named => ({
  name,
  reference: given.losses,
  train: () => train(given),
});

export default [
  named('MoE classifier, six experts, Switch loss, Adam', reference.classifier as Given),
  ...(reference.cases as unknown as Given[]).map((given) =>
    named(`MoE classifier, router ${given.router}`, given),
  ),
];
