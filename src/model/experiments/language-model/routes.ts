import { uniforms } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import { disposeDecoder, evaluatingOptions, sparseLayers } from '../../networks/decoder';
import * as transformer from '../../networks/transformer';
import { binomial, byDice } from '../../routes';
import { shuffled } from '../../tasks/rules/options';
import type { Experiment } from '../types';
import { freshLines, length } from './shared/corpus';
import { decoderOf } from './shared/handed';

/** Experts that one number can name: 24 powers of two are exact in single precision. */
const perNumber = 16;

/**
 * Station 10: a trained decoder reads row after row, and the routes of the characters through its
 * sparse layers are counted. A route is the set of experts that a character gets in each of them.
 * Nothing is trained.
 */
export default {
  name: 'routes',
  reads: [],
  takes: { model: 'model' },
  finite: 'routes',
  metrics: {
    routes: { label: 'different routes: seen, and by dice' },
  },

  start(_settings, seed, inputs) {
    const decoder = decoderOf(inputs, seed);
    const layers = sparseLayers(decoder.config);
    const { experts, topK } = decoder.shape;
    const rows = rowsFor(seed);
    const count = rows.length / length;
    const possible = binomial(experts, topK) ** layers.length;
    const tokens = tf.tensor2d(rows, [count, length], 'int32');
    const expected = tf.tensor1d(
      Array.from({ length: count + 1 }, (_, read) => byDice(possible, read * length)),
    );
    const names = powers(experts);

    /** [length, numbers]: equal rows of numbers, equal routes. */
    const routesNow = (row: tf.Tensor1D): tf.Tensor2D => {
      const { blocks } = transformer.forward(
        decoder.params,
        row,
        decoder.config,
        evaluatingOptions(decoder, length),
      );
      return tf.concat(
        layers.map((layer) => tf.matMul(blocks[layer].routing!.mask, names)),
        1,
      ) as tf.Tensor2D;
    };
    const width = names.shape[1] * layers.length;

    return {
      state: {
        /** What was read: −1 where nothing was yet. */
        read: tf.fill([count * length, width], -1),
        seen: tf.scalar(0),
      },
      live: [],
      facts: {
        words: decoder.shape.words,
        layers,
        experts,
        topK,
        rows: count,
        length,
        possible,
        /** Of each row its characters, as numbers of words. */
        tokens: Array.from({ length: count }, (_, row) =>
          Array.from(rows.subarray(row * length, (row + 1) * length)),
        ),
      },

      step({ state, random }) {
        const at = tf.minimum(random.counter, tf.scalar(count - 1, 'int32'));
        const row = tf.reshape(tf.gather(tokens, tf.reshape(at, [1])), [length]) as tf.Tensor1D;
        const routes = routesNow(row);
        const before = state.read as tf.Tensor2D;
        const known = tf.maximum(
          tf.max(equal(routes, before), 1),
          // Earlier in the same row.
          tf.max(tf.mul(equal(routes, routes), earlier()), 1),
        );
        const seen = tf.add(state.seen, tf.sum(tf.sub(1, known)));
        const places = tf.reshape(tf.oneHot(tf.reshape(at, [1]), count), [count, 1, 1]);
        const byRow = tf.reshape(before, [count, length, width]);
        const read = tf.add(
          tf.mul(byRow, tf.sub(1, places)),
          tf.mul(tf.expandDims(routes, 0), places),
        );
        const dice = tf.reshape(
          tf.gather(expected, tf.reshape(tf.add(at, tf.scalar(1, 'int32')), [1])),
          [],
        );
        return {
          state: { read: tf.reshape(read, [count * length, width]), seen: tf.clone(seen) },
          metrics: { routes: tf.stack([seen, dice]) },
        };
      },

      probes: {
        /** [rows · length, numbers]: each character's route as numbers, −1 where none was read yet. */
        read: ({ state }) => tf.clone(state.read),
      },

      dispose() {
        disposeDecoder(decoder);
        tf.dispose([tokens, expected, names]);
      },
    };
  },
} satisfies Experiment;

/** [rows · length]: lines that no training has seen, all kinds mixed in an order that the seed draws. */
function rowsFor(seed: number): Int32Array {
  const { rows } = freshLines();
  const count = rows.length / (length + 1);
  const inOrder = Array.from({ length: count }, (_, row) => row);
  const order = shuffled(inOrder, uniforms(seed, 'routes'));
  const read = new Int32Array(count * length);
  for (const [i, row] of order.entries())
    read.set(rows.subarray(row * (length + 1), row * (length + 1) + length), i * length);
  return read;
}

/**
 * [experts, numbers]: a mask times this is a name of the set of experts, the sum of one power of
 * two each; sixteen experts share a number.
 */
function powers(experts: number): tf.Tensor2D {
  const numbers = Math.ceil(experts / perNumber);
  const values = new Float32Array(experts * numbers);
  for (let expert = 0; expert < experts; expert++)
    values[expert * numbers + Math.floor(expert / perNumber)] = 2 ** (expert % perNumber);
  return tf.tensor2d(values, [experts, numbers]);
}

/** [n, numbers], [m, numbers] → [n, m]: 1 where all numbers are equal. */
function equal(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const apart = Array.from({ length: a.shape[1] }, (_, column) => {
    const of = (x: tf.Tensor2D) => tf.slice(x, [0, column], [x.shape[0], 1]);
    return tf.abs(tf.sub(of(a), tf.reshape(of(b), [1, b.shape[0]])));
  });
  return tf.cast(tf.less(tf.addN(apart), 0.5), 'float32') as tf.Tensor2D;
}

/** [length, length]: 1 where the column is an earlier place than the row. */
const earlier = (): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: length * length }, (_, i) =>
      i % length < Math.floor(i / length) ? 1 : 0,
    ),
    [length, length],
  );
