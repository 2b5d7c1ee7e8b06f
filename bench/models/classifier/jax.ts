/** The classifier in jax-js: all experts as one batched product, the fastest of its forms. */
import { nn, numpy as np } from '@jax-js/jax';
import type { Numbers } from '../../cases/types';
import {
  type Arrays,
  byExpert,
  crossEntropy,
  reshaped,
  switchLoss,
  throughAll,
  topKMask,
} from '../jax-layers';
import type { ClassifierConfig } from './config';

/** The experts' matrices one behind another, as batched products want them. */
export function prepared(
  { experts, dim, hidden }: ClassifierConfig,
  params: Record<string, Numbers>,
): Record<string, Numbers> {
  return {
    ...params,
    'experts.w1': byExpert(params['experts.w1'], experts),
    'experts.b1': reshaped(params['experts.b1'], [experts, 1, hidden]),
    'experts.w2': reshaped(params['experts.w2'], [experts, hidden, dim]),
    'experts.b2': reshaped(params['experts.b2'], [experts, 1, dim]),
  };
}

export function loss(config: ClassifierConfig, params: Arrays, data: Arrays): np.Array {
  const { rows, experts, topK, balanceStrength } = config;
  const { x, labels } = data;
  const scores = nn.softmax(np.matmul(x.ref, params['router.weight']));
  const mask = topKMask(scores.ref, topK);
  const gates = scores.ref.mul(mask.ref);
  const inner = nn.relu(throughAll(x, params['experts.w1']).add(params['experts.b1']));
  const answers = np.matmul(inner, params['experts.w2']).add(params['experts.b2']);
  const y = answers.mul(gates.transpose().reshape([experts, rows, 1])).sum(0);
  const logits = np.matmul(y, params['head.weight']).add(params['head.bias']);
  const balance = switchLoss(scores, mask, topK);
  return crossEntropy(logits, labels).add(balance.mul(balanceStrength));
}
