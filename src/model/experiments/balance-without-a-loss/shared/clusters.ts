/** Station 06's mixture as this station takes it: even clusters with much in common, eight experts. */
import * as tf from '../../../../tensor/tf';
import type { SparseLayerConfig } from '../../../layers/sparse-layer';
import type { Balancer, Params } from '../../../types';
import { configOf, expertWeights, initial, taskOf } from '../../collapse/shared/mixture';

export const experts = 8;
export const topK = 2;

const settings = { experts, topK, routerDeviation: 0.01, common: 1, skew: 0, capacityFactor: 8 };

/** What is trained: routers without noise have these weights. */
export const trained = ['router.weight', ...expertWeights];

/** The layer with a router and a balancer by name. Throws a sentence where they do not fit. */
export const layerOf = (
  router: string,
  balancer: string,
): SparseLayerConfig & { balancer: Balancer } => configOf({ ...settings, router, balancer }).layer;

/** The first weights, by the names of `trained`. */
export function first(seed: number): Params {
  const { 'router.noise': noise, ...params } = initial(settings, seed);
  tf.dispose(noise);
  return params;
}

export const task = (seed: number) => taskOf(settings, seed);
