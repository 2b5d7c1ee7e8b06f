/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardSwitchLoss`: mask and scores [tokens, experts], perhaps task and strength, scalars →
 *   task + strength · loss (the loss alone without them), the loss, and f [experts].
 * - `SwitchyardSwitchLossGradient`: dy, a scalar, perhaps strength, f, and attribute `shape` →
 *   the gradient of the scores.
 */
export const switchLossKernel = 'SwitchyardSwitchLoss';
