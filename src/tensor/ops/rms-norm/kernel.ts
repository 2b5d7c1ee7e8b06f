/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardRmsNorm`: x [..., width], gain [width] → y like x, and sizes [rows], what each row
 *   was multiplied by, for the gradient. Attribute `epsilon`.
 * - `SwitchyardRmsNormGradient`: dy, x, gain, sizes and, if x was passed on beside y, the gradient
 *   `passed` of that → those of x (that of `passed` added) and of gain, whose sum over the rows
 *   has a fixed order.
 */
export const rmsNormKernel = 'SwitchyardRmsNorm';
