import { configOf } from '../../networks/decoder';
import * as transformer from '../../networks/transformer';
import { type Policy, policies } from '../../serving/cache';
import { type Trace, toModel } from '../../serving/trace';
import { corpusOf } from '../language-model/shared/corpus';
import { decoderReads, factsOf, open, shapeOf } from '../language-model/shared/session';
import { type Experiment, type Plain, read, type StepInput } from '../types';
import { cached } from './shared/cached';
import { traceOf } from './shared/tracing';

const reads = [
  ...decoderReads,
  'evenness',
  'cacheRoom',
  'cachePolicy',
  'guessAhead',
  'stays',
] as const;

/** Rows of 64 characters in one training step: few, so that the first cache is soon there. */
const rows = 4;

const balancing: Record<string, { balancer: string; scope?: number }> = {
  none: { balancer: 'none' },
  bias: { balancer: 'bias' },
  batch: { balancer: 'sequence-wise', scope: rows },
  sequence: { balancer: 'sequence-wise' },
};

/**
 * Station 15: the decoder of station 10 with sixteen experts a layer, its load kept even in one of
 * four ways, and a cache of experts that replays what its routers chose on fresh lines. The choices
 * travel to other labs as a trace.
 */
export default {
  name: 'trace',
  reads,
  metrics: {
    loss: { label: 'cross-entropy', unit: 'nats per character' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const { balancer, scope } = balancing[given.evenness];
    const corpus = corpusOf(given);
    const router = 'sigmoid-normalised';
    const shape = shapeOf({ ...given, router, balancer, words: corpus.words, seed });
    const config = configOf(shape);
    const params = transformer.init(config, seed);
    const { rateSteps } = given;
    const { session, decoderOf } = open({ config, params, corpus, rateSteps, rows, scope });
    const decoderIn = decoderOf(shape);

    let latest: { of: string; trace: Promise<Trace> } | undefined;
    /** Read once while nothing is trained: a cache is then asked about again and again. */
    const traced = async ({ state, random }: StepInput): Promise<Trace> => {
      const few = await Promise.all([random.counter.data(), state['norm.weight'].data()]);
      const of = few.map((numbers) => numbers.join()).join(' ');
      if (latest?.of !== of) latest = { of, trace: traceOf(decoderIn(state), corpus) };
      return latest.trace;
    };

    return {
      ...session,
      live: [...session.live, 'cacheRoom', 'guessAhead', 'stays'],
      facts: factsOf(config, corpus, rows),

      acts: {
        /** A session of fresh lines through a cache of `room` experts: see shared/cached.ts. */
        cache: async (now, asked) => {
          const { room = 4, policy = 'lru', ahead = 0, stay = 8 } = asked;
          const found = cached(await traced(now), {
            room: Number(room),
            policy: policies.includes(policy as Policy) ? (policy as Policy) : 'lru',
            ahead: Number(ahead),
            stay: Number(stay),
          });
          return found as unknown as Plain;
        },
      },

      model: async (now: StepInput) => toModel(await traced(now)),
    };
  },
} satisfies Experiment;
