/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardHeads`: x [sequences · length, dim], weights w0, w1, … [dim, heads · width], and
 *   table [length, width] as in ../rope/kernel.ts if any are turned → for each weight
 *   [sequences · heads, length, width]. Attributes: length; heads and turned, one for each weight.
 * - `SwitchyardHeadsGradient`: dy0, dy1, … and all of these → the gradients of x, w0, w1, ….
 */
export const headsKernel = 'SwitchyardHeads';

export interface HeadsAttributes {
  length: number;
  heads: number[];
  turned: boolean[];
}
