/**
 * Attention of short sequences: scores, softmax and the mixture of values in one command, and the
 * gradients in two.
 */
import * as tf from '../../core';
import { differentiable, differentiables, runKernel } from '../differentiable';
import { hasKernel } from '../program';
import { type Attended, type AttentionInputs, definition } from './definition';
import { type AttentionAttributes, attentionKernel } from './kernel';
import { registerAttention } from './webgpu';

/**
 * Every query's mixture of the values, and the weights it mixes by: softmax(scale · query · keysᵀ)
 * over the positions. vaswani2017, eq. 1. Key and value heads divide the query heads; those of a
 * group look at the same ones.
 */
export function attention(inputs: AttentionInputs, attributes: AttentionAttributes): Attended {
  registerAttention();
  // For one token a new program would be waited for at every position.
  return inputs.query.shape[1] > 1 && hasKernel(attentionKernel)
    ? inOneCommand(inputs, attributes)
    : definition(inputs, attributes);
}

function inOneCommand(given: AttentionInputs, attributes: AttentionAttributes): Attended {
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
