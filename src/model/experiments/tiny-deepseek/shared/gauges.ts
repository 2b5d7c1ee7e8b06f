/** The gauges of the whole model: what its routers do, by a load that slowly forgets, and its sizes. */
import * as tf from '../../../../tensor/tf';
import { cacheBytesPerToken } from '../../../accounting/cache';
import { expectedDevices } from '../../../accounting/communication';
import { describe as architectureOf } from '../../../accounting/ours';
import { countParameters } from '../../../accounting/parameters';
import { load, maxVio } from '../../../metrics';
import type { MultiTokenConfig } from '../../../networks/multi-token';
import type { TransformerConfig } from '../../../networks/transformer';
import type { Facts } from '../../types';
import { nodes } from './model';

/** Of the usual load, the share that the last batch has in it. */
const newest = 1 / 30;
/** Below this part of a fair share an expert is idle. */
const idleBelow = 0.02;

/** The usual load of a router before the first step: [experts], even. */
export const evenLoad = (experts: number): tf.Tensor1D => tf.fill([experts], 1 / experts);

/** The usual load with one batch more in it: usual [experts], mask [tokens, experts]. */
export const usualAfter = (usual: tf.Tensor1D, mask: tf.Tensor2D): tf.Tensor1D =>
  tf.add(tf.mul(usual, 1 - newest), tf.mul(load(mask), newest));

/** Of the sparse layers' usual loads and last masks; zeros where no layer is sparse. */
export const gaugesOf = (usual: tf.Tensor1D[], masks: tf.Tensor2D[]) => ({
  /** Of the middle sparse layer. */
  load: masks.length ? load(masks[1]) : tf.ones([1]),
  maxVio: meanOf(usual.map(maxVio)),
  idle: meanOf(usual.map(idleIn)),
  nodes: meanOf(masks.map(nodesOf)),
});

const meanOf = (all: tf.Scalar[]): tf.Scalar =>
  all.length ? (tf.mean(tf.stack(all)) as tf.Scalar) : tf.scalar(0);

const idleIn = (usual: tf.Tensor1D): tf.Scalar =>
  tf.sum(tf.cast(tf.less(usual, idleBelow / usual.shape[0]), 'float32'));

/** Mean number of nodes that a token's experts stand in. mask [tokens, experts]. */
export function nodesOf(mask: tf.Tensor2D): tf.Scalar {
  const [tokens, experts] = mask.shape;
  const inNodes = tf.reshape(mask, [tokens, nodes, experts / nodes]) as tf.Tensor3D;
  return tf.mul(tf.mean(tf.minimum(tf.sum(inNodes, 2), 1)), nodes) as tf.Scalar;
}

/** Sizes; `parameters` and `active` leave the modules out, which writing can do without. */
export function factsOf(
  config: TransformerConfig,
  extra: MultiTokenConfig | undefined,
  tokensPerStep: number,
): Facts {
  const architecture = architectureOf(config, extra);
  const { total, active, predictors } = countParameters(architecture);
  const { experts = 0, topK = 0 } = config.moe ?? {};
  return {
    parameters: total,
    active,
    inModules: predictors,
    /** Numbers that all layers keep of a character. */
    kept: cacheBytesPerToken(architecture, 1),
    experts,
    /** Nodes of a character if all choices were as likely and nothing limited them. */
    freeNodes: experts ? expectedDevices(experts, topK, nodes) : 0,
    /** What four heads would keep, each with keys and values of its own. */
    headsKeep: config.layers * 2 * config.dim,
    words: config.vocabulary,
    tokensPerStep,
  };
}
