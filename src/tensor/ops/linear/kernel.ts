/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardLinear`: x [rows, inputs], weight [inputs, outputs], onto [rows, outputs] or none,
 *   bias [outputs] or none → [rows, outputs].
 * - `SwitchyardLinearGradient`: dy, x, weight, and attribute `biased` → the gradients of x, of
 *   weight and, if biased, of bias; that of `onto` is dy.
 */
export const linearKernel = 'SwitchyardLinear';
