/** What routers have in common, beside their contract in types.ts. */
import * as tf from '../tensor/tf';
import type { RandomKey, Router, RouterInput, Routing } from './types';

/** What a router may do to its tokens and gates, in one command with the rest. */
interface Around {
  /** Tokens in place of x, asked for only where there is the command. */
  x?: () => tf.Tensor2D;
  /** What the gates are multiplied by. */
  scale?: tf.Scalar;
}

/**
 * How a router of the given form is computed where a backend has the kernel (tensor/ops/router):
 * logits, scores, choice and gates in one command. Undefined where it has not.
 */
export const inOneCommand =
  (form: Omit<tf.RouterForm, 'topK'>, around: (input: RouterInput) => Around = () => ({})) =>
  (input: RouterInput): Routing | undefined => {
    const { params, logits, topK, bias } = input;
    const weight = params['router.weight'];
    const { x = () => input.x, scale } = around(input);
    const routed = tf.routeByScores(
      { ...form, topK },
      (logits ?? weight).shape[1]!,
      () => (logits ? { logits } : { x: x(), weight }),
      bias,
      scale,
    );
    return routed && form.scoring === 'sigmoid' ? { ...routed, independent: true } : routed;
  };

/** For routers that read it. */
export const byScale = ({ live }: RouterInput): Around => ({ scale: live?.routeScale });

/** Gates times `live.routeScale`, which makes up for gates that sum to less, or more, than wanted. */
export const scaled = (gates: tf.Tensor2D, live: RouterInput['live']): tf.Tensor2D =>
  live?.routeScale ? tf.mul(gates, live.routeScale) : gates;

/** x [tokens, dim], each number times a random factor of its own between 1 − jitter and 1 + jitter. */
export function jittered(x: tf.Tensor2D, jitter: tf.Scalar, random: RandomKey): tf.Tensor2D {
  const shake = tf.randomUniform<tf.Rank.R2>(x.shape, random, 'jitter', -1, 1);
  return tf.mul(x, tf.add(tf.mul(shake, jitter), 1));
}

/**
 * The routing of given logits, [tokens, experts]: hand-written ones, or those of another
 * computation. What a router reads beside them (noise is made of x and params) comes in `input`.
 * Throws for a router that looks at something else than logits.
 */
export function routeLogits(
  router: Router,
  logits: tf.Tensor2D,
  input: Partial<Omit<RouterInput, 'logits' | 'topK'>> & Pick<RouterInput, 'topK'>,
): Routing {
  if (router.hasLogits === false)
    throw new Error(`The router "${router.name}" has no logits: it looks at something else.`);
  // Nobody reads tokens or weights whose product is given.
  return router.route({ x: logits, params: {}, ...input, logits });
}
