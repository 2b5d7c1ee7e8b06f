/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardCrossEntropy`: logits [rows, classes], targets [rows] int32 → the loss, a scalar,
 *   and logs [rows]: log Σ exp of each row, for the gradient.
 * - `SwitchyardCrossEntropyGradient`: dy, a scalar, and all of the above → that of logits.
 */
export const crossEntropyKernel = 'SwitchyardCrossEntropy';
