import { normal } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import * as experts from '../../experts/relu';
import { pick, seenAndGradients } from '../../gradients';
import * as crossEntropy from '../../layers/cross-entropy';
import adam from '../../optimizers/adam';
import type { Params } from '../../types';
import { type Experiment, read, type StepInput } from '../types';

const reads = ['chooser', 'experts', 'flips', 'learningRate'] as const;

const width = 16;
const hidden = 16;
/** Sequences of a training step, and of the judgement. */
const sequences = 64;
const judged = 512;
/** Sequences that a figure shows. */
const shown = 4;

/**
 * Station 05: fair coins are to be foretold, which nobody can: ln 2 = 0.693 nats a flip. Where
 * experts choose their tokens out of a whole sequence, what a token is given depends on the tokens
 * behind it, and the loss falls below what is possible.
 */
export default {
  name: 'coins',
  reads,
  metrics: { loss: { label: 'cross-entropy', unit: 'nats per flip' } },

  start(settings, seed) {
    const { experts: count, flips } = read(settings, reads);
    const params = initial(count, flips, seed);
    const names = Object.keys(params);
    const lossOf = (weights: Params, coins: tf.Tensor2D, chooser: string) => {
      const { inputs, targets } = flipsOf(coins);
      return crossEntropy.forward(logitsOf(weights, inputs, flips, chooser).logits, targets);
    };
    const { chooser } = read(settings, reads);
    const fresh = (random: StepInput['random']) =>
      toss({ seed: seed + 1000, counter: tf.zerosLike(random.counter) }, judged, flips);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: { flips, experts: count, best: Math.LN2 },

      step({ state, live, random }) {
        const coins = toss(random, sequences, flips);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (weights) => ({
          loss: lossOf(weights, coins, chooser),
        }));
        const moved = adam.update(now, grads, state, live);
        return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.loss } };
      },

      probes: {
        /** Loss on fresh coins: chosen as in training, and where each token chooses by itself. */
        unseen: ({ state, random }) =>
          tf.stack(
            [chooser, 'token'].map((each) => lossOf(pick(state, names), fresh(random), each)),
          ),
        /** Faces and choices of a few sequences, as the last coin fell and turned. */
        faces: ({ random }) => {
          const coins = tf.slice(fresh(random), [0, 0], [shown, flips]) as tf.Tensor2D;
          return tf.cast(tf.stack([coins, lastTurned(coins)]), 'float32');
        },
        turned: ({ state, random }) => {
          const coins = tf.slice(fresh(random), [0, 0], [shown, flips]) as tf.Tensor2D;
          const all = bothWays(pick(state, names), coins, flips, chooser);
          return tf.stack(all.map((mask) => tf.reshape(mask, [shown, flips, count])));
        },
        /** Of the coins before the last, the share whose experts change as the last one is turned. */
        rerouted: ({ state, random }) => {
          const coins = tf.slice(fresh(random), [0, 0], [judged, flips]) as tf.Tensor2D;
          const [as, turned] = bothWays(pick(state, names), coins, flips, chooser);
          const changed = tf.max(tf.abs(tf.sub(as, turned)), 1); // [judged · flips]
          const earlier = tf.slice(
            tf.reshape(changed, [judged, flips]),
            [0, 0],
            [judged, flips - 1],
          );
          return tf.mean(earlier);
        },
      },
    };
  },
} satisfies Experiment;

/** Embeddings of coin and place, a router, experts, and a head of two logits. */
function initial(count: number, flips: number, seed: number): Params {
  return {
    'coin.weight': normal<tf.Rank.R2>([2, width], 1, seed, 'coin.weight'),
    'place.weight': normal<tf.Rank.R2>([flips, width], 0.3, seed, 'place.weight'),
    'router.weight': normal<tf.Rank.R2>([width, count], width ** -0.5, seed, 'router.weight'),
    ...experts.init({ experts: count, dim: width, hidden, out: width }, seed),
    'head.weight': normal<tf.Rank.R2>([width, 2], width ** -0.5, seed, 'head.weight'),
  };
}

/** Coins of so many sequences, one more than is read, [rows, flips + 1] of 0 and 1, int32. */
const toss = (random: StepInput['random'], rows: number, flips: number): tf.Tensor2D =>
  tf.randomInt<tf.Rank.R2>([rows, flips + 1], random, 'coins', 2);

/** What is read, and at each place the coin that follows: [rows · flips] both. */
function flipsOf(coins: tf.Tensor2D): { inputs: tf.Tensor1D; targets: tf.Tensor1D } {
  const [rows, tossed] = coins.shape;
  const part = (from: number) =>
    tf.reshape(tf.slice(coins, [0, from], [rows, tossed - 1]), [-1]) as tf.Tensor1D;
  return { inputs: part(0), targets: part(1) };
}

/** Coins [rows, flips] with the last of each row turned over. */
function lastTurned(coins: tf.Tensor2D): tf.Tensor2D {
  const flips = coins.shape[1];
  const last = tf.cast(tf.equal(tf.range(0, flips), flips - 1), 'int32');
  return tf.cast(tf.abs(tf.sub(coins, tf.reshape(last, [1, -1]))), 'int32') as tf.Tensor2D;
}

/** Who takes which coin, [rows · flips, experts], as they fell and with the last ones turned. */
const bothWays = (weights: Params, coins: tf.Tensor2D, flips: number, chooser: string) =>
  [coins, lastTurned(coins)].map(
    (each) => logitsOf(weights, tf.reshape(each, [-1]) as tf.Tensor1D, flips, chooser).mask,
  );

/** coins [rows · flips] → logits [rows · flips, 2] and who took which token. */
function logitsOf(weights: Params, coins: tf.Tensor1D, flips: number, chooser: string) {
  const rows = coins.shape[0] / flips;
  const place = tf.tile(weights['place.weight'], [rows, 1]);
  const x = tf.add(
    tf.matMul(sides(coins), weights['coin.weight'] as tf.Tensor2D),
    place,
  ) as tf.Tensor2D; // [rows · flips, width]
  const scores = tf.softmax(tf.matMul(x, weights['router.weight'] as tf.Tensor2D)) as tf.Tensor2D;
  const mask = maskOf(scores, flips, chooser);
  const answer = experts.forward(weights, x, tf.mul(scores, mask) as tf.Tensor2D);
  const logits = tf.matMul(tf.add(x, answer) as tf.Tensor2D, weights['head.weight'] as tf.Tensor2D);
  return { logits: logits as tf.Tensor2D, mask };
}

/** [tokens, experts]: each token's best expert, or each expert's best tokens of a stretch. */
function maskOf(scores: tf.Tensor2D, flips: number, chooser: string): tf.Tensor2D {
  if (chooser === 'token') return tf.topKMask(scores, 1);
  const [tokens, count] = scores.shape;
  const stretch = chooser === 'batch' ? tokens : flips;
  const seats = Math.max(1, Math.floor(stretch / count));
  // Experts as rows that choose among the tokens of their stretch.
  const apart = tf.reshape(scores, [tokens / stretch, stretch, count]);
  const rows = tf.reshape(tf.transpose(apart, [0, 2, 1]), [-1, stretch]) as tf.Tensor2D;
  const chosen = tf.reshape(tf.topKMask(rows, seats), [tokens / stretch, count, stretch]);
  return tf.reshape(tf.transpose(chosen, [0, 2, 1]), [tokens, count]) as tf.Tensor2D;
}

/** [tokens, 2]: 1 at the side of the coin that fell. */
const sides = (coins: tf.Tensor1D): tf.Tensor2D => {
  const heads = tf.expandDims(tf.cast(coins, 'float32'), 1) as tf.Tensor2D;
  return tf.concat([tf.sub(1, heads), heads], 1) as tf.Tensor2D;
};
