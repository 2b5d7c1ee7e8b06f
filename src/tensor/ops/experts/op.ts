/**
 * A layer of experts that reads and computes only the chosen pairs of token and expert: pairs are
 * sorted by expert, and each expert's rows go through its matrices together. What is computed is
 * defined by the plain TensorFlow.js in model/experts/relu.ts and swiglu.ts (all experts for all
 * tokens, weighed by the gates), with one difference that both keep: a gate that is 0 has no
 * gradient, since its expert's answer is never computed.
 */
import type * as tf from '../../core';
import { differentiable, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { type ExpertsKind, expertsKernel, expertWeights } from './kernel';

/**
 * The experts' answers, weighed by the gates: x [tokens, dim], gates [tokens, experts] →
 * [tokens, out]. Weights, side by side: w1 (and w3) [dim, experts · hidden], b1
 * [experts · hidden], w2 [experts · hidden, out], b2 [experts, out]. If more than `mostPairs`
 * gates are not 0, the answer is NaN or, where room is not limited, right. Undefined where the
 * backend now current has no kernels.
 */
export function groupedExperts(
  kind: ExpertsKind,
  x: tf.Tensor2D,
  gates: tf.Tensor2D,
  weights: Record<string, tf.Tensor>,
  mostPairs: number,
): tf.Tensor2D | undefined {
  if (!hasKernel(expertsKernel(kind))) return undefined;
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
