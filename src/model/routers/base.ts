import { normal } from '../random';
import { topKMask, withoutGradient } from '../selection';
import * as tf from '../tf';
import type { Router, RouterShape } from '../types';

/**
 * BASE: of all ways to give every expert exactly tokens / E tokens, one whose sum of logits is
 * (nearly) largest; the expert's answer is weighed by the sigmoid of the token's logit.
 * lewis2021, §3. While evaluating, each token goes to its largest logit.
 *
 * What is computed, with a fixed number of rounds so that a step is always the same commands:
 * prices for the experts from PRICE_ROUNDS Sinkhorn steps at falling temperature, then
 * AUCTION_ROUNDS rounds of Bertsekas' auction with bids raised by a hundredth of the logits'
 * range, then whoever is still without a place takes the free ones in order. The load is always
 * exactly even. If the auction ends in time, the sum is within tokens · range / 100 of the best.
 */
export default {
  name: 'base',
  label: 'balanced assignment (BASE)',
  source: 'lewis2021',
  takesBias: false,

  init: (dim, experts, seed) => ({
    'router.weight': normal<tf.Rank.R2>([dim, experts], dim ** -0.5, seed, 'router.weight'),
  }),

  refuses,

  route({ x, params, topK, evaluating }) {
    const logits: tf.Tensor2D = tf.matMul(x, params['router.weight']); // [tokens, experts]
    const [tokens, experts] = logits.shape;
    const refusal = evaluating ? undefined : refuses({ experts, topK, tokens });
    if (refusal) throw new Error(refusal);
    const scores = tf.sigmoid(logits);
    const mask = evaluating ? topKMask(logits, 1) : assign(logits);
    return { logits, scores, mask, gates: tf.mul(scores, mask) as tf.Tensor2D };
  },
} satisfies Router;

function refuses({ experts, topK, tokens }: RouterShape): string | undefined {
  if (topK !== 1) return `BASE sends each token to one expert; topK is ${topK}.`;
  if (tokens % experts !== 0)
    return `BASE gives every expert equally many tokens: ${tokens} tokens do not divide by ${experts} experts.`;
}

const PRICE_ROUNDS = 8;
const AUCTION_ROUNDS = 12;
/** Stands for infinity: shading languages may assume there is none. */
const FAR = 1e9;

/** Balanced assignment, [tokens, experts]: one 1 in each row, tokens / experts in each column. */
export function assign(affinity: tf.Tensor2D): tf.Tensor2D {
  return withoutGradient((value: tf.Tensor2D) => {
    const { held } = auction(value, startingPrices(value));
    return tf.add(held, fillFreePlaces(held)) as tf.Tensor2D;
  }, affinity);
}

/** Largest less smallest affinity, a scalar: the unit in which bids are raised. */
const spread = (value: tf.Tensor2D) => tf.add(tf.sub(tf.max(value), tf.min(value)), 1e-6);

/** [1, experts]: what makes the soft demand for each expert even, at falling temperature. */
function startingPrices(value: tf.Tensor2D): tf.Tensor {
  const [tokens, experts] = value.shape;
  const fair = Math.log(tokens / experts);
  const range = spread(value);
  let prices: tf.Tensor = tf.zeros([1, experts]);
  for (let round = 0; round < PRICE_ROUNDS; round++) {
    const temperature = tf.mul(range, 0.3 * (0.02 / 0.3) ** (round / (PRICE_ROUNDS - 1)));
    const row = tf.logSumExp(tf.div(tf.sub(value, prices), temperature), 1, true); // [tokens, 1]
    const demand = tf.logSumExp(tf.sub(tf.div(value, temperature), row), 0, true); // [1, experts]
    prices = tf.mul(temperature, tf.sub(demand, fair));
  }
  return prices;
}

/**
 * Every token without a place bids, at the expert it likes best at present prices, all that this
 * expert is worth to it beyond the second best; the expert keeps its highest bidders, and once
 * it is full its price is the lowest bid it kept.
 */
function auction(value: tf.Tensor2D, start: tf.Tensor): { held: tf.Tensor; prices: tf.Tensor } {
  const [tokens, experts] = value.shape;
  const places = tokens / experts;
  const raise = tf.mul(spread(value), 0.01);
  const order = tf.range(0, tokens, 1, 'float32');
  const earlier = tf.step(tf.sub(tf.expandDims(order, 1), tf.expandDims(order, 0))); // 1 at [t, u] if u < t
  let prices = start;
  let held: tf.Tensor = tf.zeros([tokens, experts]);
  let bids: tf.Tensor = tf.zeros([tokens, 1]);
  for (let round = 0; round < AUCTION_ROUNDS; round++) {
    const worth = tf.sub(value, prices) as tf.Tensor2D; // [tokens, experts]
    const favourite = topKMask(worth, 1);
    const best = tf.max(worth, 1, true); // [tokens, 1]
    const second = tf.max(tf.sub(worth, tf.mul(favourite, FAR)), 1, true);
    const price = tf.sum(tf.mul(favourite, prices), 1, true);
    const bid = tf.add(tf.add(price, tf.sub(best, second)), raise);
    const placed = tf.sum(held, 1, true); // 1 for tokens that hold a place
    bids = tf.add(tf.mul(bids, placed), tf.mul(bid, tf.sub(1, placed)));
    const at = tf.add(held, tf.mul(favourite, tf.sub(1, placed))); // one expert per token

    // A token's rank at its expert: how many others there bid more, or as much and came earlier.
    const rivals = tf.matMul(at, at, false, true); // [tokens, tokens], 1 at the same expert
    const lead = tf.sub(tf.reshape(bids, [1, tokens]), bids); // bid of u less bid of t
    const ahead = tf.add(tf.step(lead), tf.mul(tf.sub(1, tf.step(tf.abs(lead))), earlier));
    const rank = tf.sum(tf.mul(rivals, ahead), 1, true); // [tokens, 1]
    held = tf.mul(at, tf.step(tf.sub(places - 0.5, rank)));

    const full = tf.step(tf.sub(tf.sum(held, 0, true), places - 0.5)); // [1, experts]
    const lowest = tf.min(tf.add(tf.mul(held, bids), tf.mul(tf.sub(1, held), FAR)), 0, true);
    prices = tf.add(tf.mul(full, tf.minimum(lowest, FAR)), tf.mul(tf.sub(1, full), prices));
  }
  return { held, prices };
}

/** [tokens, experts]: the n-th token without a place takes the n-th free place. */
function fillFreePlaces(held: tf.Tensor): tf.Tensor {
  const [tokens, experts] = held.shape;
  const without = tf.sub(1, tf.sum(held, 1)) as tf.Tensor1D; // [tokens]
  const number = tf.expandDims(tf.cumsum(without), 1); // the token's number, from 1
  const free = tf.sub(tokens / experts, tf.sum(held, 0)) as tf.Tensor1D; // [experts]
  const last = tf.cumsum(free); // number of the expert's last free place
  const first = tf.sub(last, free);
  const fits = tf.mul(
    tf.step(tf.sub(number, tf.add(first, 0.5))),
    tf.step(tf.sub(tf.add(last, 0.5), number)),
  );
  return tf.mul(fits, tf.expandDims(without, 1));
}
