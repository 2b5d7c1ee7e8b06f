/** The layer whose experts stand in the yard, and its task: tokens have a domain and two kinds. */
import * as tf from '../../../../tensor/tf';
import { chosenSets } from '../../../accounting/ledger';
import { groupLimited } from '../../../group-limited';
import type { SparseLayerConfig } from '../../../layers/sparse-layer';
import * as parts from '../../../tasks/parts';
import type { Params, Router } from '../../../types';
import { firstWeights } from '../../first-weights';
import { devices, domains, experts, nodes, sequence, topK } from './yard';

/** Tokens of a batch: a sequence for each device. */
export const tokens = devices * sequence;

const hidden = 4;
const kinds = 8;
const options = { domains, kinds, perToken: 2, sequence };
const dim = parts.widthOf(options);

export const layer = {
  dim,
  experts,
  topK,
  hidden,
  out: parts.out,
  kind: 'relu',
} as const satisfies Partial<SparseLayerConfig>;

export const task = (seed: number) => parts.create(seed, options);

/** First weights: a router with opinions, and answers of the size of eight experts' together. */
export const first = (seed: number): Params => firstWeights(layer, seed);

/** Eight gates that sum to √8: their answers together are as large as one expert's. */
export const gateSum = Math.sqrt(topK);

export interface Limit {
  mostGroups: number;
  groupsAre: string;
  groupScore: string;
}

/** The router under a limit, or as it is where the limit is all there are. */
export function limited(router: Router, { mostGroups, groupsAre, groupScore }: Limit): Router {
  const groups = groupsAre === 'nodes' ? nodes : devices;
  if (mostGroups >= groups) return router;
  return groupLimited(router, {
    groups,
    limit: mostGroups,
    ...(groupScore === 'two' ? { score: 'sum', best: 2 } : { score: 'max' }),
  });
}

/** [tokens, experts] → [tokens, devices]: how many of a token's experts stand on each device, in order. */
export const perDevice = (mask: tf.Tensor2D): tf.Tensor2D =>
  tf.sum(tf.reshape(mask, [mask.shape[0], devices, experts / devices]), 2);

/** Mean number of devices, and of nodes, that a token's experts stand on. */
export function visits(mask: tf.Tensor2D): { devices: tf.Scalar; nodes: tf.Scalar } {
  const visited = tf.step(perDevice(mask)); // [tokens, devices]
  const reached = tf.max(tf.reshape(visited, [mask.shape[0], nodes, devices / nodes]), 2);
  return {
    devices: tf.mean(tf.sum(visited, 1)) as tf.Scalar,
    nodes: tf.mean(tf.sum(reached, 1)) as tf.Scalar,
  };
}

/** The experts of each token, on the host. */
export const setsOf = async (mask: tf.Tensor2D): Promise<number[][]> =>
  chosenSets(await mask.data(), experts);

/** Columns of a token that mark its domain, and those that mark its kinds: [tokens, …]. */
export const domainMarks = (x: tf.Tensor2D): tf.Tensor2D =>
  tf.slice(x, [0, 0], [x.shape[0], domains]);
export const kindMarks = (x: tf.Tensor2D): tf.Tensor2D =>
  tf.slice(x, [0, domains], [x.shape[0], kinds]);
