/**
 * Shared experts: some experts see every token with gate 1, so that what all tokens need is
 * learned once and the routed experts can differ. rajbhandari2022; dai2024, eq. 9–11.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import type { Experts } from './chosen-only';
import type { ExpertsConfig } from './relu';

/**
 * How many experts are left to route, and how many of them a token gets, when `shared` of
 * `experts` are shared and a token is to use `active` in all. dai2024, below eq. 11.
 */
export function isolateShared(experts: number, active: number, shared: number) {
  if (shared >= active || shared < 0)
    throw new Error(
      `With ${shared} shared of ${active} active experts none is left to route; share 0 to ${active - 1}.`,
    );
  if (active > experts) throw new Error(`A token cannot use ${active} of ${experts} experts.`);
  return { experts: experts - shared, topK: active - shared };
}

/** Routed experts under "experts.…" and shared ones under "shared.…", each as the kind names them. */
export function init(
  kind: Experts,
  config: ExpertsConfig & { shared: number },
  seed: number,
): Params {
  const { shared, ...routed } = config;
  if (!(Number.isInteger(shared) && shared >= 1))
    throw new Error(`The number of shared experts is a whole number, 1 or more; not ${shared}.`);
  // Another seed: experts that start equal to routed ones would be redundant from the first step.
  const common = kind.init({ ...routed, experts: shared }, seed + 1);
  return { ...kind.init(routed, seed), ...rename(common, 'experts.', 'shared.') };
}

/**
 * Routed answers weighed by the gates plus the shared ones: [tokens, dim], [tokens, experts] →
 * [tokens, out]. `mostPairs` as in chosen-only.ts, of the routed gates.
 */
export function forward(
  kind: Experts,
  params: Params,
  x: tf.Tensor2D,
  gates: tf.Tensor2D,
  shared: number,
  mostPairs?: number,
): tf.Tensor2D {
  return tf.add(kind.forward(params, x, gates, mostPairs), always(kind, params, x, shared));
}

/** The shared experts' answer to every token: [tokens, dim] → [tokens, out]. */
export function always(kind: Experts, params: Params, x: tf.Tensor2D, shared: number): tf.Tensor2D {
  const gates = tf.ones<tf.Rank.R2>([x.shape[0], shared]);
  return kind.forward(rename(params, 'shared.', 'experts.'), x, gates, gates.size);
}

/** Those parameters whose names begin with `from`, under names that begin with `to`. */
function rename(params: Params, from: string, to: string): Params {
  const found = Object.entries(params).filter(([name]) => name.startsWith(from));
  return Object.fromEntries(found.map(([name, value]) => [to + name.slice(from.length), value]));
}
