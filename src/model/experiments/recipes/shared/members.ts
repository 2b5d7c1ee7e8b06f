/** The models of station 16: one layer each, dense or of experts, that see a place of a document. */
import { normal } from '../../../../tensor/random';
import * as tf from '../../../../tensor/tf';
import switchLoss from '../../../balancing/switch';
import * as relu from '../../../experts/relu';
import * as sparseLayer from '../../../layers/sparse-layer';
import { ensemble, posterior } from '../../../recipes/branch-train-merge';
import softmaxRenormalised from '../../../routers/softmax-top-k-renormalised';
import type { Params, Router, Routing } from '../../../types';
import { type Documents, dim, length, lossOf, type Rows, vocabulary } from './documents';

export interface Member {
  /** 1 is a dense layer. */
  experts: number;
  /** Units of one expert. */
  hidden: number;
  topK: number;
  router?: Router;
  /** Members of the same number start from the same weights. */
  start: number;
}

/** Weight of the loss that keeps the load even. */
const balance = 0.01;

export const dense = (hidden: number, start: number): Member => ({
  ...{ experts: 1, hidden, topK: 1, start },
});

const layerOf = ({ experts, hidden, topK, router = softmaxRenormalised }: Member) =>
  ({
    ...{ dim, experts, topK, hidden, out: vocabulary, kind: 'relu', router },
    balancer: switchLoss,
  }) as const satisfies sparseLayer.SparseLayerConfig;

/** A router's first weights, [36, experts]. */
export const routerOf = (experts: number, seed: number): tf.Tensor2D =>
  normal<tf.Rank.R2>([dim, experts], 0.3, seed, 'router.weight');

/** "experts.…", and "router.weight" where there are several. */
export function init({ experts, hidden, start }: Member, seed: number): Params {
  const own = 100 * seed + start;
  const outDeviation = 0.3 * hidden ** -0.5;
  const first = relu.init({ experts, dim, hidden, out: vocabulary, outDeviation }, own);
  // Of the 36 numbers of a place no more than a few are large.
  const w1 = tf.mul(first['experts.w1'], Math.sqrt(vocabulary));
  first['experts.w1'].dispose();
  return {
    ...first,
    'experts.w1': w1,
    ...(experts > 1 && { 'router.weight': routerOf(experts, own) }),
  };
}

/** Places [places, 36] → logits of the next word, and who was sent where if there is a choice. */
export function forward(
  member: Member,
  params: Params,
  x: tf.Tensor2D,
): { logits: tf.Tensor2D; routing?: Routing } {
  const [places] = x.shape;
  if (member.experts === 1)
    return { logits: relu.forward(params, x, tf.ones([places, 1]), places) };
  const { y, routing } = sparseLayer.forward(params, x, layerOf(member));
  return { logits: y, routing };
}

/** What a member trains on, and of that the loss of its words. */
export function trainedOn(member: Member, params: Params, { x, next }: Rows, of: Documents) {
  const { logits, routing } = forward(member, params, x);
  const task = lossOf(of, logits, next);
  if (!routing) return { total: task, task };
  const { total } = sparseLayer.withBalance(task, balance, layerOf(member), routing);
  return { total, task };
}

/** Numbers of a member in all, and those multiplied at one place. */
export function numbersOf({ experts, hidden, topK }: Member) {
  const one = hidden * (dim + 1 + vocabulary) + vocabulary;
  const router = experts > 1 ? dim * experts : 0;
  return { parameters: experts * one + router, active: topK * one + router };
}

/**
 * What several say of the same places: log-probabilities [places, members, words], and of these
 * those of the words that came, [places, members].
 */
export function heard(members: { member: Member; params: Params }[], { x, next }: Rows) {
  const said = tf.stack(
    members.map(({ member, params }) => tf.logSoftmax(forward(member, params, x).logits)),
    1,
  ) as tf.Tensor3D;
  const came = tf.expandDims(tf.oneHotRows(next, vocabulary), 1);
  return { said, likely: tf.sum(tf.mul(said, came), 2) as tf.Tensor2D };
}

/** Weighed by how well each foretold its document so far. */
export function byThePast({ said, likely }: ReturnType<typeof heard>, topK?: number) {
  const weights = posterior(likely, { sequenceLength: length, topK });
  return { weights, logs: ensemble(said, weights) };
}
