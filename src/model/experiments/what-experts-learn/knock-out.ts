import * as tf from '../../../tensor/tf';
import { ablate, allBut, without } from '../../decomposition/ablation';
import { type Decoder, disposeDecoder, sparseLayers } from '../../networks/decoder';
import type { Router } from '../../types';
import { decoderOf } from '../language-model/shared/handed';
import { type Experiment, type Plain, read } from '../types';
import { linesOf, operated } from './shared/operated';
import { fewRows, freshRows, kinds, lossByKind } from './shared/rows';

const reads = ['knockOut'] as const;

/** Steps in which every expert is switched off once: one at a time in the house model. */
const steps = 24;

/**
 * Station 11: of a trained decoder one expert after another is switched off, and the loss on unseen
 * rows of each kind says what it was needed for. Nothing is trained.
 */
export default {
  name: 'knock-out',
  reads,
  takes: { model: 'model' },
  finite: 'rise',
  metrics: {
    rise: { label: 'rise of the loss without the expert', unit: 'nats per character' },
  },

  start(settings, seed, inputs) {
    const { knockOut } = read(settings, reads);
    const decoder = decoderOf(inputs, seed);
    if (knockOut === 'reroute' && decoder.config.moe!.router.takesBias === false) {
      disposeDecoder(decoder);
      throw new Error(
        'This model’s router cannot be asked for its next best; let the expert be dropped.',
      );
    }
    const layers = sparseLayers(decoder.config);
    const { experts } = decoder.shape;
    const all = layers.length * experts;
    const each = Math.ceil(all / steps);
    const rows = freshRows(fewRows);
    const tokens = tf.tensor1d(rows.inputs, 'int32');
    const targets = tf.tensor1d(rows.targets, 'int32');
    const base = tf.tidy(() => lossByKind(decoder, tokens, targets)); // [kinds + 1]

    /** The model without the experts that are 0 in keep, [experts] for each sparse layer. */
    const less = (keep: tf.Tensor1D[]): Decoder =>
      operated(decoder, layers, (router, layer) => offIn(router, knockOut, keep[layer]));
    const rise = (keep: tf.Tensor1D) => {
      const byLayer = layers.map(
        (_, layer) => tf.slice(keep, [layer * experts], [experts]) as tf.Tensor1D,
      );
      return tf.sub(lossByKind(less(byLayer), tokens, targets), base) as tf.Tensor1D;
    };

    return {
      state: { harm: tf.zeros([all, kinds.length + 1]) },
      live: [],
      facts: {
        layers,
        experts,
        kinds,
        rows: [...kinds, 'all'],
        panels: layers.map((layer) => `layer ${layer + 1}`),
      },

      step({ state, random }) {
        let harm = state.harm;
        let last: tf.Tensor = tf.scalar(0);
        for (let i = 0; i < each; i++) {
          const at = tf.minimum(
            tf.add(tf.mul(random.counter, tf.scalar(each, 'int32')), tf.scalar(i, 'int32')),
            tf.scalar(all - 1, 'int32'),
          );
          const here = tf.cast(
            tf.reshape(tf.oneHot(tf.cast(tf.reshape(at, [1]), 'int32'), all), [all]),
            'float32',
          ) as tf.Tensor1D;
          const now = rise(tf.sub(1, here) as tf.Tensor1D);
          const column = tf.expandDims(here, 1);
          harm = tf.add(tf.mul(harm, tf.sub(1, column)), tf.mul(column, tf.expandDims(now, 0)));
          last = tf.slice(now, [kinds.length], [1]);
        }
        return { state: { harm: tf.clone(harm) }, metrics: { rise: tf.reshape(last, []) } };
      },

      probes: {
        /** [layers, kinds + 1, experts]: rise of the loss of each kind, and in all; 0 where not yet known. */
        harm: ({ state }) =>
          tf.transpose(
            tf.reshape(state.harm, [layers.length, experts, kinds.length + 1]),
            [0, 2, 1],
          ),
        /** [kinds + 1]: loss of the model as it is. */
        base: () => tf.clone(base),
      },

      acts: {
        /** The model without several experts, `off`: places layer · experts + expert. */
        async without(_now, { off }) {
          const gone = placesIn(off, all);
          const keep = layers.map((_, layer) =>
            allBut(
              experts,
              gone.map((place) => place - layer * experts).filter((e) => e >= 0 && e < experts),
            ),
          );
          const changed = tf.tidy(() => lossByKind(less(keep), tokens, targets));
          const losses = Array.from(await changed.data());
          const written = await linesOf(less(keep));
          tf.dispose([changed, ...keep]);
          return { off: gone, losses, ...written };
        },
      },

      dispose() {
        disposeDecoder(decoder);
        tf.dispose([tokens, targets, base]);
      },
    };
  },
} satisfies Experiment;

/** A router without the experts whose entries in keep [experts] are 0. */
function offIn(router: Router, how: string, keep: tf.Tensor1D): Router {
  if (how === 'reroute') return without(router, keep);
  return {
    ...router,
    route: (input) => ablate(router.route(input), keep, { rescale: how === 'rescale' }),
  };
}

function placesIn(off: Plain | undefined, all: number): number[] {
  const places = Array.isArray(off) ? off.map(Number) : [];
  const stranger = places.find((place) => !(Number.isInteger(place) && place >= 0 && place < all));
  if (stranger !== undefined)
    throw new Error(`There is no expert at place ${stranger}; places are 0 to ${all - 1}.`);
  return places;
}
