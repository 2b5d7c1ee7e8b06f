import { uniforms } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import { disposeDecoder, evaluatingOptions, sparseLayers } from '../../networks/decoder';
import * as transformer from '../../networks/transformer';
import { coActivation, explainedShare, relativeDomainLoad } from '../../routing-statistics';
import { shuffled } from '../../tasks/rules/options';
import * as yard from '../../tasks/yard';
import { characterShares } from '../language-model/shared/acts';
import { freshLines } from '../language-model/shared/corpus';
import { decoderOf } from '../language-model/shared/handed';
import type { Experiment } from '../types';
import { freshRows, kinds, length, type Rows } from './shared/rows';

/** What may tell which expert a character gets, in the order of `classesOf`. */
const questions = [
  'the character',
  'the next character',
  'the kind of line',
  'the place in the line',
  'the place in the row',
];

/**
 * Station 11: a trained decoder reads unseen rows, one of each kind a step, and who takes which
 * character is counted. How much of a choice is told by the character, by the one that comes, by
 * the kind of line, by the place: as shares of the uncertainty about the expert.
 */
export default {
  name: 'who-takes-what',
  reads: [],
  takes: { model: 'model' },
  finite: 'told',
  metrics: {
    told: { label: 'share of the uncertainty that the character takes away' },
  },

  start(_settings, seed, inputs) {
    const decoder = decoderOf(inputs, seed);
    const layers = sparseLayers(decoder.config);
    const { experts, topK } = decoder.shape;
    const rows = freshRows();
    const { batches, batch } = rows;
    const tokens = tf.tensor2d(rows.inputs, [batches, batch], 'int32');
    const classes = classesOf(rows).map(({ of, count }) => oneHot(of, count));
    const characters = classes[0];
    const ofKind = classes[questions.indexOf('the kind of line')];
    const places = Array.from({ length: batches * batch }, (_, i) => i);
    const order = tf.tensor1d(shuffled(places, uniforms(seed, 'shuffled characters')), 'int32');

    /** The masks of what was read, by layer: [tokens, experts]; 0 where nothing was yet. */
    const masksIn = (read: tf.Tensor2D) =>
      layers.map(
        (_, layer) =>
          tf.slice(read, [0, layer * experts], [batches * batch, experts]) as tf.Tensor2D,
      );

    return {
      state: { read: tf.zeros([batches * batch, layers.length * experts]) },
      live: [],
      facts: {
        layers,
        experts,
        topK,
        kinds,
        questions,
        columns: [...layers.map((layer) => `layer ${layer + 1}`), 'shuffled'],
        panels: layers.map((layer) => `layer ${layer + 1}`),
      },

      step({ state, random }) {
        const at = tf.minimum(random.counter, tf.scalar(batches - 1, 'int32'));
        const row = tf.reshape(tf.gather(tokens, tf.reshape(at, [1])), [batch]) as tf.Tensor1D;
        const { blocks } = transformer.forward(
          decoder.params,
          row,
          decoder.config,
          evaluatingOptions(decoder, length),
        );
        const now = tf.concat(
          layers.map((layer) => blocks[layer].routing!.mask),
          1,
        ); // [batch, layers · experts]
        const here = tf.reshape(tf.oneHot(tf.reshape(at, [1]), batches), [batches, 1, 1]);
        const before = tf.reshape(state.read, [batches, batch, -1]);
        const read = tf.reshape(
          tf.add(tf.mul(before, tf.sub(1, here)), tf.mul(tf.expandDims(now, 0), here)),
          [batches * batch, layers.length * experts],
        ) as tf.Tensor2D;
        const told = masksIn(read).map((mask) => explainedShare(mask, characters));
        return { state: { read }, metrics: { told: tf.stack(told) } };
      },

      probes: {
        /** [questions, layers + 1]: share of the uncertainty; last the mean for shuffled characters. */
        explained({ state }) {
          const masks = masksIn(state.read as tf.Tensor2D);
          return tf.stack(
            classes.map((known) => {
              const own = masks.map((mask) => explainedShare(mask, known));
              const byChance = masks.map((mask) => explainedShare(tf.gather(mask, order), known));
              return tf.stack([...own, tf.mean(tf.stack(byChance))]);
            }),
          );
        },
        /** [layers, kinds, experts]: of a kind's characters an expert's share, over the fair one. */
        kinds: ({ state }) =>
          tf.stack(
            masksIn(state.read as tf.Tensor2D).map((mask) => {
              // Of what was read so far.
              const read = tf.mul(ofKind, tf.max(mask, 1, true)) as tf.Tensor2D;
              return relativeDomainLoad(mask, read, topK);
            }),
          ),
        /** [layers, experts, experts]: of the characters of one, the share that another has too. */
        together: ({ state }) =>
          tf.stack(masksIn(state.read as tf.Tensor2D).map((mask) => coActivation(mask))),
      },

      acts: {
        /** Of each character of the text, the experts that take it most often, layer by layer. */
        characters: () => characterShares(decoder, { words: yard.characters, fresh: freshLines() }),
      },

      dispose() {
        disposeDecoder(decoder);
        tf.dispose([tokens, order, ...classes]);
      },
    };
  },
} satisfies Experiment;

const oneHot = (of: number[], count: number): tf.Tensor2D =>
  tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(of, 'int32'), count), 'float32')) as tf.Tensor2D;

/** Of each of the questions: every character's class, and how many classes there are. */
function classesOf({ inputs, targets, batch }: Rows): { of: number[]; count: number }[] {
  const words = yard.characters.length;
  const lineEnd = yard.characters.indexOf('\n');
  const inLine: number[] = [];
  inputs.forEach((token, i) => {
    inLine.push(i % length === 0 || token === lineEnd ? 0 : inLine[i - 1] + 1);
  });
  return [
    { of: Array.from(inputs), count: words },
    { of: Array.from(targets), count: words },
    { of: Array.from(inputs, (_, i) => Math.floor((i % batch) / length)), count: kinds.length },
    { of: inLine, count: length },
    { of: Array.from(inputs, (_, i) => i % length), count: length },
  ];
}
