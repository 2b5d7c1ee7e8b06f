/**
 * The shape of a hierarchical mixture: gates at the inner nodes of a tree, experts at its leaves.
 * jordan1994, fig. 1. Parameters have the same names and layout on the device (tensors) and on
 * the host (plain numbers), so that one model can be trained by gradient and by EM in turn.
 */
import { normals } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Params } from '../types';

export interface TreeConfig {
  /** Children of a node, from the root down: [2, 2] is two levels of binary gates, four experts. */
  branching: number[];
  inputs: number;
  outputs: number;
}

/** Parameters in plain numbers, for EM. */
export type HostParams = Record<string, Float64Array>;

/** Nodes that hold a gate on one level: 1 at the root. */
export function nodesAt({ branching }: Pick<TreeConfig, 'branching'>, level: number): number {
  return branching.slice(0, level).reduce((nodes, children) => nodes * children, 1);
}

/** Experts at the leaves. */
export const leaves = ({ branching }: Pick<TreeConfig, 'branching'>): number =>
  nodesAt({ branching }, branching.length);

/** A sentence if there is no such tree. */
export function refusal({ branching, inputs, outputs }: TreeConfig): string | undefined {
  if (branching.length === 0) return 'A tree needs at least one level of gates.';
  const odd = branching.find((children) => !(Number.isInteger(children) && children >= 2));
  if (odd !== undefined) return `A gate chooses among 2 or more children, not ${odd}.`;
  for (const [name, size] of Object.entries({ inputs, outputs }))
    if (!(Number.isInteger(size) && size >= 1))
      return `A tree needs ${name} of at least 1; it is ${size}.`;
}

/**
 * Shapes by name. For each level "gates.L.w" [inputs, nodes · children] and "gates.L.b"
 * [nodes · children]; "experts.w" [inputs, leaves · outputs], "experts.b" [leaves · outputs] and
 * "experts.logVariance" [leaves]. Leaves are numbered from left to right.
 */
export function shapes(config: TreeConfig): Record<string, number[]> {
  const { branching, inputs, outputs } = config;
  const found: Record<string, number[]> = {};
  branching.forEach((children, level) => {
    const columns = nodesAt(config, level) * children;
    found[`gates.${level}.w`] = [inputs, columns];
    found[`gates.${level}.b`] = [columns];
  });
  found['experts.w'] = [inputs, leaves(config) * outputs];
  found['experts.b'] = [leaves(config) * outputs];
  found['experts.logVariance'] = [leaves(config)];
  return found;
}

/**
 * Random gates and experts of deviation 0.5, variance 1. Not zero: alike children would stay alike
 * for ever. The gates start uneven, unlike those of local-experts.ts.
 * Throws what `refusal` says.
 */
export function initHost(config: TreeConfig, seed: number): HostParams {
  refuse(refusal(config));
  return Object.fromEntries(
    Object.entries(shapes(config)).map(([name, shape]) => {
      const next = normals(seed, `tree.${name}`);
      const deviation = name === 'experts.logVariance' ? 0 : 0.5;
      const values = Float64Array.from({ length: tf.util.sizeFromShape(shape) }, () =>
        Math.fround(deviation * next()),
      );
      return [name, values];
    }),
  );
}

/** Host → device. Rounds to 32 bits. */
export function toDevice(config: TreeConfig, host: HostParams): Params {
  return Object.fromEntries(
    Object.entries(shapes(config)).map(([name, shape]) => [
      name,
      tf.tensor(Float32Array.from(host[name]), shape),
    ]),
  );
}

/** Device → host. Reads the values: not inside a step. */
export async function toHost(params: Params): Promise<HostParams> {
  const entries = Object.entries(params).map(
    async ([name, tensor]) => [name, Float64Array.from(await tensor.data())] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
