/** A small classifier under each router, and one with the Switch loss and Adam. */
import switchLoss from '../../src/model/balancing/switch';
import { throughSlots } from '../../src/model/dispatch/soft';
import { mostPairs } from '../../src/model/experts/chosen-only';
import * as experts from '../../src/model/experts/dense';
import { seenAndGradients } from '../../src/model/gradients';
import * as crossEntropy from '../../src/model/layers/cross-entropy';
import adam from '../../src/model/optimizers/adam';
import sgd from '../../src/model/optimizers/sgd';
import { routers } from '../../src/model/registry';
import { nextBaseline, policyLoss } from '../../src/model/routers/reinforce';
import type { Routing } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../../test/reference/router-training.json';
import { tensors } from './training';
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
  const scalars = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.scalar(value)]));
  const pairs = mostPairs(router, topK, [given.x.length, given.experts]);
  let params = tensors(given.params);
  let state = optimizer.init(params);
  let baseline = tf.scalar(0);
  const losses: number[] = [];
  for (const step of given.losses.keys()) {
    const { seen, grads } = seenAndGradients(params, (now) => {
      const routing: Routing = router.route({
        x,
        params: now,
        topK,
        tokenIds,
        experts: given.experts,
        sequenceLength,
        live: scalars(given.live ?? {}),
        random: { seed: reference.seed, counter: tf.scalar(step, 'int32') },
      });
      const answer = (tokens: tf.Tensor2D, gates: tf.Tensor2D) =>
        experts.forward(now, tokens, gates, routing.slots ? undefined : pairs);
      const hidden = routing.slots ? throughSlots(routing, x, answer) : answer(x, routing.gates);
      const product: tf.Tensor2D = tf.matMul(hidden, now['head.weight'] as tf.Tensor2D);
      const logits: tf.Tensor2D = tf.add(product, now['head.bias']);
      const task = crossEntropy.forward(logits, labels);
      const costs = crossEntropy.perToken(logits, labels);
      const further = [
        ...(routing.logProbability ? [policyLoss(routing, costs, baseline)] : []),
        ...(balance ? [tf.mul<tf.Scalar>(switchLoss.loss(routing, topK), balance)] : []),
      ];
      return { loss: tf.addN<tf.Scalar>([task, ...further]), task, costs };
    });
    const live = scalars({ learningRate: given.learningRate });
    ({ params, state } = optimizer.update(params, grads, state, live));
    baseline = nextBaseline(baseline, seen.costs as tf.Tensor1D);
    losses.push((await seen.task.data())[0]);
  }
  return losses;
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
