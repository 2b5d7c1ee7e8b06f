/** Dotted names: a layer's parameters seen on their own, or as part of a larger model. */
import type { Params } from '../types';

/** Puts a layer's parameters under a name: "weight" becomes "norm.weight". Same tensors. */
export function prefixed(prefix: string, params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => [`${prefix}.${name}`, tensor]),
  );
}

/** The parameters under a name, without it: the inverse of `prefixed`. Same tensors. */
export function within(prefix: string, params: Params): Params {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name.startsWith(start))
      .map(([name, tensor]) => [name.slice(start.length), tensor]),
  );
}
