/**
 * What a backend computes for op.ts, which it has where it has the three kernels of its kind;
 * `kind` is Relu or Swiglu:
 *
 * - `Switchyard{kind}Experts`: x [tokens, dim], gates [tokens, experts] and the weights → y
 *   [tokens, out], and three tensors kept for the gradient, whose form is the backend's own
 *   business (on WebGPU: see webgpu.ts): `pairs`, int32: the chosen pairs in order of
 *   their experts; `inner`: what the hidden layer computed for each pair; `answers`: what the
 *   expert answered for each pair, not yet weighed (the gates' gradient needs it).
 * - `Switchyard{kind}ExpertsGradient`: dy, everything the first was given, and everything it kept
 *   → the gradients of gates and of each weight in the order of the inputs, and `dInner`: that of
 *   the hidden layer before its nonlinearity, for the third kernel.
 * - `Switchyard{kind}ExpertsInputGradient`: dInner, pairs, and what the first was given → the
 *   gradient of x. Not run where nobody asks for it.
 *
 * Attribute `mostPairs`: an upper limit of the number of gates that are not 0.
 */
export type ExpertsKind = 'Relu' | 'Swiglu';

/** Names of the weights in the order of the kernels' inputs. */
export const expertWeights = {
  Relu: ['w1', 'b1', 'w2', 'b2'],
  Swiglu: ['w1', 'w3', 'w2'],
} as const;

export const expertsKernel = (kind: ExpertsKind) => `Switchyard${kind}Experts`;
