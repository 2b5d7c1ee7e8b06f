/**
 * One gate's or one expert's coefficients taken out of a tree's parameters, and put back: the bias
 * as one more row, for an input that is always 1.
 */
import type { Matrix } from './least-squares';
import type { HostParams, TreeConfig } from './tree';

/** The cases with a 1 behind each, so that a bias is one more coefficient: [cases, inputs + 1]. */
export function withOnes(x: ArrayLike<number>, inputs: number): Matrix {
  const rows = x.length / inputs;
  const values = Float64Array.from({ length: rows * (inputs + 1) }, (_, at) => {
    const column = at % (inputs + 1);
    return column === inputs ? 1 : x[Math.floor(at / (inputs + 1)) * inputs + column];
  });
  return { rows, columns: inputs + 1, values };
}

/** The gate of a node, [inputs + 1, children]; nodes of a level from left to right. */
export const gateOf = (params: HostParams, config: TreeConfig, level: number, node: number) =>
  columnsOf(params, `gates.${level}`, config.inputs, config.branching[level], node);

/** The expert of a leaf, [inputs + 1, outputs]. */
export const expertOf = (params: HostParams, config: TreeConfig, leaf: number) =>
  columnsOf(params, 'experts', config.inputs, config.outputs, leaf);

/** One member's columns of a weight, its bias as the last row: [inputs + 1, width]. */
function columnsOf(params: HostParams, name: string, inputs: number, width: number, at: number) {
  const weight = params[`${name}.w`];
  const all = weight.length / inputs;
  return Float64Array.from({ length: (inputs + 1) * width }, (_, i) => {
    const row = Math.floor(i / width);
    const column = at * width + (i % width);
    return row < inputs ? weight[row * all + column] : params[`${name}.b`][column];
  });
}

/** Puts coefficients back, in place. name is "experts" or "gates.L", at the node or leaf. */
export function writeColumns(
  params: HostParams,
  name: string,
  values: Float64Array,
  width: number,
  at: number,
): void {
  const bias = params[`${name}.b`];
  const inputs = values.length / width - 1;
  values.forEach((value, i) => {
    const row = Math.floor(i / width);
    const column = at * width + (i % width);
    if (row < inputs) params[`${name}.w`][row * bias.length + column] = value;
    else bias[column] = value;
  });
}
