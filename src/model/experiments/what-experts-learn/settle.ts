import * as tf from '../../../tensor/tf';
import { configOf, evaluatingOptions, sparseLayers, toModel } from '../../networks/decoder';
import * as transformer from '../../networks/transformer';
import { corpusOf, length } from '../language-model/shared/corpus';
import { decoderReads, factsOf, open, shapeOf } from '../language-model/shared/session';
import { type Experiment, read, type StepInput } from '../types';

const reads = [...decoderReads, 'router', 'balancer'] as const;

/** Characters of each kind of line whose choices are kept: few, so that a file can keep them often. */
const perKind = 28;

/**
 * Station 11: the decoder of station 10, trained longer, and the sets of experts that the same
 * unseen characters get while it learns. Held against the last ones they say when a choice was
 * settled. muennighoff2024, §5.1.
 */
export default {
  name: 'settle',
  reads,
  metrics: {
    loss: { label: 'cross-entropy', unit: 'nats per character' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const corpus = corpusOf(given);
    const shape = shapeOf({ ...given, words: corpus.words, seed });
    const config = configOf(shape);
    const params = transformer.init(config, seed);
    const { session, decoderOf } = open({ config, params, corpus, rateSteps: given.rateSteps });
    const layers = sparseLayers(config);
    const { rows, places } = watched(corpus.fresh, corpus.groups.length);
    const tokens = tf.tensor1d(rows, 'int32');
    const kept = tf.tensor1d(places, 'int32');
    const decoderIn = decoderOf(shape);

    return {
      ...session,
      facts: { ...factsOf(config, corpus), watched: places.length },

      probes: {
        /** [layers, characters]: the set of experts as a sum of powers of two, one for each of them. */
        choices({ state }) {
          const decoder = decoderIn(state);
          const { blocks } = transformer.forward(
            decoder.params,
            tokens,
            config,
            evaluatingOptions(decoder, length),
          );
          const powers = tf.tensor1d(
            Array.from({ length: shape.experts }, (_, expert) => 2 ** expert),
          );
          return tf.stack(
            layers.map((layer) =>
              tf.gather(tf.sum(tf.mul(blocks[layer].routing!.mask, powers), 1), kept),
            ),
          );
        },
      },

      model: ({ state }: StepInput) => toModel(decoderIn(state)),

      dispose() {
        session.dispose();
        tf.dispose([tokens, kept]);
      },
    };
  },
} satisfies Experiment;

/** The first fresh row of each kind, and the places in them, spread evenly, whose choices are kept. */
function watched(fresh: { rows: Int32Array; groups: number[] }, kinds: number) {
  const rows: number[] = [];
  const places: number[] = [];
  for (let kind = 0; kind < kinds; kind++) {
    const from = fresh.groups.indexOf(kind) * (length + 1);
    rows.push(...fresh.rows.subarray(from, from + length));
    for (let i = 0; i < perKind; i++)
      places.push(kind * length + Math.floor((i * length) / perKind));
  }
  return { rows, places };
}
