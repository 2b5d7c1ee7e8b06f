/**
 * A layer of experts that reads and computes only the chosen pairs of token and expert: pairs are
 * sorted by expert, and each expert's rows go through its matrices together. What is computed is
 * defined by the plain TensorFlow.js in model/experts/dense.ts and swiglu.ts (all experts for all
 * tokens, weighed by the gates), with one difference that both keep: a gate that is 0 has no
 * gradient, since its expert's answer is never computed.
 *
 * A backend has the op where it has the three kernels of its kind; `kind` is Relu or Swiglu:
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
import type * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';

export type ExpertsKind = 'Relu' | 'Swiglu';

/** Names of the weights in the order of the kernels' inputs. */
export const expertWeights = {
  Relu: ['w1', 'b1', 'w2', 'b2'],
  Swiglu: ['w1', 'w3', 'w2'],
} as const;

export const expertsKernel = (kind: ExpertsKind) => `Switchyard${kind}Experts`;

/**
 * The experts' answers, weighed by the gates: x [tokens, dim], gates [tokens, experts] →
 * [tokens, out]. Weights, side by side: w1 (and w3) [dim, experts · hidden], b1
 * [experts · hidden], w2 [experts · hidden, out], b2 [experts, out]. If more than `mostPairs`
 * gates are not 0, the answer is NaN or, where room is not limited, right.
 * Needs a backend with the kernels: `hasKernel(expertsKernel(kind))`.
 */
export function groupedExperts(
  kind: ExpertsKind,
  x: tf.Tensor2D,
  gates: tf.Tensor2D,
  weights: Record<string, tf.Tensor>,
  mostPairs: number,
): tf.Tensor2D {
  const names = expertWeights[kind];
  const inputs: Record<string, tf.Tensor> = { x, gates };
  for (const name of names) inputs[name] = weights[name];
  const given = Object.keys(inputs);
  const kernel = expertsKernel(kind);
  return differentiable({
    inputs,
    forward(save) {
      const [y, ...kept] = runKernel(kernel, inputs, { mostPairs });
      save([...Object.values(inputs), ...kept]);
      return y;
    },
    backward(dy, saved) {
      const first = Object.fromEntries(given.map((name, i) => [name, saved[i]]));
      const [pairs, inner, answers] = saved.slice(given.length);
      const [dGates, ...rest] = runKernel(
        `${kernel}Gradient`,
        { dy, ...first, pairs, inner, answers },
        { mostPairs },
      );
      const dInner = rest[names.length];
      const gradients: Record<string, () => tf.Tensor> = {
        gates: () => dGates,
        x: () => runKernel(`${kernel}InputGradient`, { dInner, pairs, ...first }, { mostPairs })[0],
      };
      names.forEach((name, i) => {
        gradients[name] = () => rest[i];
      });
      return gradients;
    },
  }) as tf.Tensor2D;
}
