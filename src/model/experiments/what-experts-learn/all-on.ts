import * as tf from '../../../tensor/tf';
import { type AllOn, allOn } from '../../decomposition/ablation';
import {
  type Decoder,
  disposeDecoder,
  evaluatingOptions,
  sparseLayers,
} from '../../networks/decoder';
import * as transformer from '../../networks/transformer';
import type { Router, Routing } from '../../types';
import { decoderOf } from '../language-model/shared/handed';
import type { Experiment, Plain } from '../types';
import { linesOf, operated } from './shared/operated';
import { fewRows, freshRows, kinds, length, lossByKind } from './shared/rows';

/** Who speaks in a sparse layer, and how loud. The first is the model as it was trained. */
const manners = [
  { name: 'chosen', label: 'the chosen, as trained' },
  { name: 'shares', label: 'all, by shares of their scores' },
  { name: 'scores', label: 'all, by their scores as they are' },
  { name: 'alike', label: 'all alike, as much as the chosen' },
  { name: 'none', label: 'none but the shared expert' },
  { name: 'dice', label: 'as many by dice, gates as usual' },
  { name: 'sum', label: 'all in full: the sum' },
] as const;

type Manner = (typeof manners)[number]['name'];

/** A trained model is asked with so many experts at most, beside the number it was trained with. */
const mostExperts = 8;

/**
 * Station 11: a trained decoder with other experts on than its routers chose, at all of its sparse
 * layers: all of them, weighed in four ways; none; as many by dice; and one to eight of the best.
 * Nothing is trained.
 */
export default {
  name: 'all-on',
  reads: [],
  takes: { model: 'model' },
  finite: 'losses',
  metrics: {
    losses: { label: 'loss by who speaks', unit: 'nats per character' },
    numbers: { label: 'loss by how many speak', unit: 'nats per character' },
    speaking: { label: 'experts with a gate above 0, when all are weighed by shares' },
  },

  start(_settings, seed, inputs) {
    const decoder = decoderOf(inputs, seed);
    const layers = sparseLayers(decoder.config);
    const { experts, topK } = decoder.shape;
    const rows = freshRows(fewRows);
    const { batches, batch } = rows;
    const tokens = tf.tensor2d(rows.inputs, [batches, batch], 'int32');
    const targets = tf.tensor2d(rows.targets, [batches, batch], 'int32');
    const counts = Array.from({ length: Math.min(mostExperts, experts) }, (_, i) => i + 1);
    const { moe } = decoder.config;

    const speaking = (manner: Manner): Decoder =>
      manner === 'chosen'
        ? decoder
        : operated(decoder, layers, (router, layer) => spoken(router, manner, seed + layer));
    const asking = (count: number): Decoder => ({
      ...decoder,
      config: { ...decoder.config, moe: { ...moe!, topK: count } },
    });

    return {
      state: { sums: tf.zeros([manners.length + counts.length, kinds.length + 1]) },
      live: [],
      facts: {
        layers,
        experts,
        topK,
        kinds,
        words: decoder.shape.words.length,
        manners: manners.map(({ label }) => label),
        counts,
      },

      step({ state, random }) {
        const at = tf.minimum(random.counter, tf.scalar(batches - 1, 'int32'));
        const of = (all: tf.Tensor2D) =>
          tf.reshape(tf.gather(all, tf.reshape(at, [1])), [batch]) as tf.Tensor1D;
        const [x, y] = [of(tokens), of(targets)];
        const models = [...manners.map(({ name }) => speaking(name)), ...counts.map(asking)];
        const now = tf.stack(models.map((model) => lossByKind(model, x, y)));
        const sums = tf.add(state.sums, now);
        const read = tf.add(tf.cast(at, 'float32'), 1);
        const means = tf.reshape(tf.div(tf.slice(sums, [0, kinds.length], [-1, 1]), read), [-1]);
        return {
          state: { sums },
          metrics: {
            losses: tf.slice(means, [0], [manners.length]),
            numbers: tf.slice(means, [manners.length], [counts.length]),
            speaking: open(decoder, x, layers),
          },
        };
      },

      acts: {
        /** What it writes with each: `{ name: { lines, right } }`. */
        async write() {
          const written: { [name: string]: Plain } = {};
          for (const { name } of manners) written[name] = await linesOf(speaking(name));
          return written;
        },
      },

      dispose() {
        disposeDecoder(decoder);
        tf.dispose([tokens, targets]);
      },
    };
  },
} satisfies Experiment;

/** A router with others on than it chose; `seed` is of the dice. */
function spoken(router: Router, manner: Exclude<Manner, 'chosen'>, seed: number): Router {
  if (manner === 'none')
    return {
      ...router,
      route: (input) => {
        const routing = router.route(input);
        return { ...routing, gates: tf.zerosLike(routing.gates) };
      },
    };
  if (manner === 'dice')
    return { ...router, route: (input) => thrown(router.route(input), input.topK, seed) };
  // Called here and not by a wrapper of the library, so that a reader's `allOn` is the one at work.
  return {
    ...router,
    perToken: 'all',
    route: (input) => allOn(router.route(input), manner as AllOn),
  };
}

/** As many experts by dice, weighed as the router weighs: by their shares of the score. */
function thrown(routing: Routing, topK: number, seed: number): Routing {
  const counter = tf.scalar(0, 'int32');
  const luck = tf.randomUniform<tf.Rank.R2>(routing.mask.shape, { seed, counter }, 'dice');
  const mask = tf.topKMask(luck, topK);
  const scores = tf.mul(routing.scores, mask);
  const shares = tf.divNoNan(scores, tf.sum(scores, 1, true));
  const gates = tf.mul(shares, tf.sum(routing.gates, 1, true)) as tf.Tensor2D;
  return { ...routing, mask, gates };
}

/** Experts with a gate above 0, mean over characters and layers, when all are weighed by shares. */
function open(decoder: Decoder, tokens: tf.Tensor1D, layers: number[]): tf.Scalar {
  const model = operated(decoder, layers, (router, layer) => spoken(router, 'shares', layer));
  const options = evaluatingOptions(model, length);
  const { blocks } = transformer.forward(model.params, tokens, model.config, options);
  const counts = layers.map((layer) => tf.mean(tf.sum(tf.step(blocks[layer].routing!.gates), 1)));
  return tf.mean(tf.stack(counts)) as tf.Scalar;
}
