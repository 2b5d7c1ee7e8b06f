import { normals } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import { inOneCommand, jittered } from '../routing';
import type { Router, RouterInput, RouterShape, Routing } from '../types';

/**
 * Switch: softmax, one expert per token, weighed by its own probability (not renormalised, so
 * that the task's gradient reaches the router). fedus2021, eq. 1–2 and §2.4: the input is
 * multiplied by random factors between 1 − ε and 1 + ε (`live.jitter`, 0.01 in the paper; none
 * without it or while evaluating), the weight starts small (truncated normal, variance
 * 0.1 / dim).
 */
export default {
  name: 'switch-top-1',
  label: 'Switch: top 1, jitter',
  source: 'fedus2021',
  live: ['jitter'],

  init: (dim, experts, seed) => ({
    'router.weight': truncatedNormal([dim, experts], Math.sqrt(0.1 / dim), seed, 'router.weight'),
  }),

  refusal,

  route: tf.fused(
    inOneCommand({ scoring: 'softmax', gating: 'plain' }, (input) => {
      refuse(refusal(shapeOf(input)));
      return { x: () => shaken(input) };
    }),
    route,
  ),
} satisfies Router;

function route(input: RouterInput): Routing {
  refuse(refusal(shapeOf(input)));
  const { params, logits = tf.matMul(shaken(input), params['router.weight']), bias } = input;
  const scores = tf.softmax(logits); // [tokens, experts]
  const mask = tf.topKMask(scores, 1, bias);
  return { logits, scores, mask, gates: tf.mul(scores, mask) };
}

/** What the router sees: x [tokens, dim], shaken while training. */
const shaken = ({ x, live, random, evaluating }: RouterInput): tf.Tensor2D =>
  live?.jitter && random && !evaluating ? jittered(x, live.jitter, random) : x;

const shapeOf = ({ x, params, logits, topK }: RouterInput): RouterShape => ({
  experts: (logits ?? params['router.weight']).shape[1]!,
  topK,
  tokens: x.shape[0],
});

function refusal({ topK }: RouterShape): string | undefined {
  if (topK !== 1) return `Switch sends each token to one expert; topK is ${topK}.`;
}

/** Normal numbers of the given standard deviation, those beyond two deviations drawn again. */
function truncatedNormal(
  shape: [number, number],
  deviation: number,
  seed: number,
  purpose: string,
): tf.Tensor2D {
  const next = normals(seed, purpose);
  const within = () => {
    let value = next();
    while (Math.abs(value) > 2) value = next();
    return deviation * value;
  };
  return tf.tensor2d(Float32Array.from({ length: shape[0] * shape[1] }, within), shape);
}
