import { configOf, toModel } from '../../networks/decoder';
import * as transformer from '../../networks/transformer';
import { routers } from '../../registry';
import { type Experiment, read, type StepInput } from '../types';
import {
  characterShares,
  countRoutes,
  judge,
  kindShares,
  routeText,
  writeLines,
} from './shared/acts';
import { corpusOf } from './shared/corpus';
import { decoderReads, factsOf, open, shapeOf } from './shared/session';

const reads = [...decoderReads, 'router', 'balancer'] as const;

/**
 * Station 10: a decoder of four layers that reads a text character by character, with experts in
 * some of its layers, each with a router of its own. Adam with warm-up, half a cosine and clipped
 * gradients; latent attention; `house` in networks/decoder.ts is its standard form, which travels
 * to later stations.
 */
export default {
  name: 'decoder',
  reads,
  takes: { text: 'text' },
  metrics: {
    loss: { label: 'cross-entropy', unit: 'nats per character' },
  },

  start(settings, seed, inputs) {
    const given = read(settings, reads);
    const corpus = corpusOf(given, inputs);
    // A router that takes no selection bias goes without one.
    const takesBias = routers.get(given.router).takesBias !== false;
    const balancer = takesBias ? given.balancer : 'none';
    const shape = shapeOf({ ...given, balancer, words: corpus.words, seed });
    const config = configOf(shape);
    const params = transformer.init(config, seed);
    const { session, decoderOf } = open({ config, params, corpus, rateSteps: given.rateSteps });
    const decoderIn = decoderOf(shape);

    return {
      ...session,
      facts: factsOf(config, corpus),

      acts: {
        /** Loss on fresh rows in nats per character, of each kind and in all. */
        judge: ({ state }) => judge(decoderIn(state), corpus),
        /** Lines that it writes now; `texts`, `count`, `temperature` and `seed` may be asked for. */
        write: ({ state }, asked) => writeLines(decoderIn(state), corpus, asked),
        /** Who takes which character of a text, `{ text }`, in every sparse layer. */
        route: ({ state }, { text }) => routeText(decoderIn(state), corpus, String(text ?? '')),
        /** [layers, kinds, experts]: of each kind's characters, the share each expert has. */
        kinds: ({ state }) => kindShares(decoderIn(state), corpus),
        /** Of each character of the text, the share each expert has, layer by layer. */
        characters: ({ state }) => characterShares(decoderIn(state), corpus),
        /** How many different routes the fresh rows take. */
        routes: ({ state }) => countRoutes(decoderIn(state), corpus),
      },

      model: ({ state }: StepInput) => toModel(decoderIn(state)),
    };
  },
} satisfies Experiment;
