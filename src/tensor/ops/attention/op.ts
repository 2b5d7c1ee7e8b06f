/**
 * Attention of short sequences: scores, softmax and the mixture of values in one command, and the
 * gradients in two. Defined by the plain TensorFlow.js in model/layers/attend.ts; a backend has
 * the op where it has both kernels:
 *
 * - `SwitchyardAttention`: query [sequences · heads, length, width], keys and values
 *   [sequences · key heads, positions, their widths], and where positions have channels of their
 *   own also rotaryQuery like query and rotaryKey like keys, of widths and heads of their own →
 *   seen [sequences · length, heads · width of values] and weights
 *   [sequences · heads, length, positions]. Attributes: heads, scale, causal.
 * - `SwitchyardAttentionGradient`: dy of seen, weights, and all of these → the gradients of the
 *   inputs in their order. Sums run over query heads and queries in a fixed order.
 */
import * as tf from '../../core';
import { differentiable, differentiables, runKernel } from '../differentiable';

export const attentionKernel = 'SwitchyardAttention';

export interface AttentionAttributes {
  /** Query heads. */
  heads: number;
  /** What scores are multiplied by. */
  scale: number;
  /** True if the queries, the last of the positions, do not look at later ones. */
  causal: boolean;
}

export interface AttentionInputs {
  query: tf.Tensor3D;
  keys: tf.Tensor3D;
  values: tf.Tensor3D;
  rotaryQuery?: tf.Tensor3D;
  rotaryKey?: tf.Tensor3D;
}

export interface Attended {
  seen: tf.Tensor2D;
  weights: tf.Tensor3D;
}

export function attention(given: AttentionInputs, attributes: AttentionAttributes): Attended {
  const inputs = Object.fromEntries(Object.entries(given).filter(([, tensor]) => tensor)) as Record<
    string,
    tf.Tensor
  >;
  const names = Object.keys(inputs);
  const [seen, computed] = differentiables({
    inputs,
    forward(save) {
      const [seen, weights] = runKernel(attentionKernel, inputs, { ...attributes });
      save([...Object.values(inputs), weights]);
      return [seen, weights];
    },
    backward([dy], saved) {
      const first = Object.fromEntries(names.map((name, i) => [name, saved[i]]));
      const weights = saved[names.length];
      const gradients = runKernel(
        `${attentionKernel}Gradient`,
        { dy, weights, ...first },
        { ...attributes },
      );
      return Object.fromEntries(names.map((name, i) => [name, () => gradients[i]]));
    },
  });
  return { seen: seen as tf.Tensor2D, weights: alone(given, computed, attributes.scale) };
}

/**
 * The weights in a node of their own, which the tape leaves out unless a loss looks at them; their
 * gradient is then plain TensorFlow.js.
 */
function alone(given: AttentionInputs, weights: tf.Tensor, scale: number): tf.Tensor3D {
  const { query, keys, rotaryQuery, rotaryKey } = given;
  const inputs: Record<string, tf.Tensor> = { query, keys };
  if (rotaryQuery && rotaryKey) Object.assign(inputs, { rotaryQuery, rotaryKey });
  const names = Object.keys(inputs);
  return differentiable({
    inputs,
    forward(save) {
      save([weights, ...Object.values(inputs)]);
      return tf.clone(weights);
    },
    backward(dy, [weights, ...saved]) {
      const weighed = tf.mul(dy, weights);
      const common = tf.mul(weights, tf.sum(weighed, -1, true));
      const onScores = tf.mul(tf.sub(weighed, common), scale);
      const gradients: Record<string, () => tf.Tensor> = {};
      for (let i = 0; i < names.length; i += 2) {
        const [queries, keys] = [saved[i], saved[i + 1]] as tf.Tensor3D[];
        const [groups, positions, width] = keys.shape;
        // Query heads that share keys are rows of one product.
        const scores: tf.Tensor3D = tf.reshape(onScores, [groups, -1, positions]);
        gradients[names[i]] = () => tf.reshape(tf.matMul(scores, keys), queries.shape);
        gradients[names[i + 1]] = () =>
          tf.matMul(scores, tf.reshape(queries, [groups, -1, width]) as tf.Tensor3D, true);
      }
      return gradients;
    },
  }) as tf.Tensor3D;
}
