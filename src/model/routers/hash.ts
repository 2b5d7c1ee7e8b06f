import { uniforms } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Router, RouterShape } from '../types';

/** Token identities are taken modulo this: the vocabulary of a toy has no collisions. */
const BUCKETS = 1024;

/**
 * A fixed random table sends each token identity to its experts; nothing is learned, and each
 * chosen expert's answer weighs 1 / k. roller2021, §3 (random hash); k > 1 is ours. Logits are
 * 0 and scores 1 / E: the table has no opinion. The run's seed makes the table, so that reading
 * the model later needs the key of the run that trained it.
 */
export default {
  name: 'hash',
  label: 'hash of the token',
  source: 'roller2021',
  needs: ['tokenIds', 'experts', 'random'],
  hasLogits: false,
  takesBias: false,

  init: () => ({}),

  refusal,

  route({ x, topK, tokenIds, experts, random }) {
    const tokens = x.shape[0];
    if (!tokenIds || !experts || !random)
      throw new Error(
        'Hash routing needs tokenIds, one identity per token, experts, and random, whose seed makes the table.',
      );
    refuse(refusal({ experts, topK, tokens }));
    const mask = tf.gather(table(experts, topK, random.seed), bucket(tokenIds));
    const logits = tf.zeros<tf.Rank.R2>([tokens, experts]);
    const scores = tf.fill<tf.Rank.R2>([tokens, experts], 1 / experts);
    return { logits, scores, mask, gates: tf.div(mask, topK) as tf.Tensor2D };
  },
} satisfies Router;

function refusal({ experts, topK }: RouterShape): string | undefined {
  if (topK > experts)
    return `Each token is to have ${topK} experts, but there are only ${experts}.`;
}

/**
 * [tokens], int32: identity modulo BUCKETS. By a product, which is exact for a power of two: a
 * quotient of a graphics processor may fall just below the whole number it should be.
 */
function bucket(tokenIds: tf.Tensor1D): tf.Tensor1D {
  const times = tf.floor(tf.mul(tf.cast(tokenIds, 'float32'), 1 / BUCKETS));
  return tf.cast(tf.sub(tokenIds, tf.mul(times, BUCKETS)), 'int32');
}

/** The last table made, on the host: a run asks for the same one in every step. */
let made: { of: string; values: Float32Array } | undefined;

/** [buckets, experts]: 1 at each bucket's topK experts, drawn without replacement. */
function table(experts: number, topK: number, seed: number): tf.Tensor2D {
  const of = `${experts} ${topK} ${seed}`;
  if (made?.of !== of) made = { of, values: draw(experts, topK, seed) };
  return tf.tensor2d(made.values, [BUCKETS, experts]);
}

function draw(experts: number, topK: number, seed: number): Float32Array {
  const next = uniforms(seed, 'router.hash');
  const values = new Float32Array(BUCKETS * experts);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    // Sorting by random keys shuffles; as many keys whatever topK is, so that k = 1 is nested in k = 2.
    const keys = Array.from({ length: experts }, next);
    const order = keys.map((_, expert) => expert).sort((a, b) => keys[a] - keys[b]);
    for (const expert of order.slice(0, topK)) values[bucket * experts + expert] = 1;
  }
  return values;
}
