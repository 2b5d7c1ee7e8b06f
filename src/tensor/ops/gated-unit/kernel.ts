/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardGatedUnit`: a and b of one shape → the same shape.
 * - `SwitchyardGatedUnitGradient`: dy, a, b → the gradients of a and of b.
 */
export const gatedUnitKernel = 'SwitchyardGatedUnit';
