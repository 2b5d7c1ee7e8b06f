import { configOf } from '../../networks/decoder';
import * as transformer from '../../networks/transformer';
import { type Experiment, read } from '../types';
import { chooserOf } from './shared/choosers';
import { corpusOf } from './shared/corpus';
import { decoderReads, factsOf, open, shapeOf } from './shared/session';

const reads = [...decoderReads, 'choiceBy'] as const;

/**
 * Station 10: the decoder again, with the learned router or one of the choosers that it is held
 * against. Equal seeds give equal experts, equal rows and equal everything but who chooses.
 */
export default {
  name: 'who-chooses',
  reads,
  metrics: {
    loss: { label: 'cross-entropy', unit: 'nats per character' },
  },

  start(settings, seed, inputs) {
    const given = read(settings, reads);
    const corpus = corpusOf(given, inputs);
    const { words } = corpus;
    const { router, balancer, ...chooser } = chooserOf(given.choiceBy, words.length);
    const shape = { ...given, words, seed, router: 'hash', balancer: 'none' };
    const plain = configOf(shapeOf(shape));
    const config = plain.moe ? { ...plain, moe: { ...plain.moe, router, balancer } } : plain;
    const params = transformer.init(config, seed);
    const { session } = open({ config, params, corpus, rateSteps: given.rateSteps, ...chooser });
    return {
      ...session,
      facts: { experts: config.moe?.experts ?? 0, layers: factsOf(plain, corpus).layers },
    };
  },
} satisfies Experiment;
