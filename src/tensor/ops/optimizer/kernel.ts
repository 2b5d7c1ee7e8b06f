/**
 * What a backend computes for op.ts: one step of all parameters, p0, p1, … with their gradients
 * g0, g1, …, scalars learningRate, momentum and weightDecay, memory and count as op.ts says →
 * the parameters, then memory and count, each where it was given. Attributes: rule, and how many
 * parameters there are.
 */
export const optimizerKernel = 'SwitchyardOptimizer';

/** What moves the weights, with the numbers that do not change while training. */
export type Rule =
  | { name: 'sgd' }
  | { name: 'momentum' }
  | { name: 'adam'; beta1: number; beta2: number; epsilon: number };
