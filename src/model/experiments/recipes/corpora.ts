import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import { prefixed, within } from '../../layers/names';
import adam from '../../optimizers/adam';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import {
  costOf,
  documentsOf,
  floor,
  length,
  lossOf,
  type Rows,
  vocabulary,
} from './shared/documents';
import * as members from './shared/members';

const reads = ['overlap', 'documents', 'experts', 'learningRate'] as const;

/** Documents of each corpus in a step. */
const each = 16;

/**
 * Station 16: one large layer on the documents of both corpora, two of half its size on one corpus
 * each, and a mixture on both. All read the same documents.
 */
export default {
  name: 'corpora',
  reads,
  metrics: {
    loss: { label: 'cross-entropy of the large model', unit: 'nats a word' },
    specialists: {
      label: 'cross-entropy of the specialists, each on its own',
      unit: 'nats a word',
    },
    mixture: { label: 'cross-entropy of the mixture', unit: 'nats a word' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const documents = documentsOf(given.overlap, given.documents, seed);
    const who = {
      large: members.dense(48, 1),
      // From the same weights, on different documents.
      a: members.dense(24, 3),
      b: members.dense(24, 3),
      mixture: { experts: given.experts, hidden: 12, topK: 2, start: 7 },
    };
    const first: Params = Object.assign(
      {},
      ...Object.entries(who).map(([name, member]) => prefixed(name, members.init(member, seed))),
    );
    const names = Object.keys(first);
    const numbers = Object.fromEntries(
      Object.entries(who).map(([name, member]) => [name, members.numbersOf(member)]),
    );

    return {
      state: { ...first, ...adam.init(first) },
      live: ['learningRate'],
      facts: {
        floor,
        largeNumbers: numbers.large.parameters,
        specialistNumbers: numbers.a.parameters,
        mixtureNumbers: numbers.mixture.parameters,
        mixtureActive: numbers.mixture.active,
        tokensPerStep: 2 * each * length,
      },

      step({ state, live, random }) {
        const [ofA, ofB] = ([0, 1] as const).map((corpus) =>
          documents.read(documents.draw(corpus, each, random)),
        );
        const all = joined(ofA, ofB);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (params) => {
          const trained = (name: keyof typeof who, rows: Rows) =>
            members.trainedOn(who[name], within(name, params), rows, documents);
          const [large, a, b, mixture] = [
            trained('large', all),
            trained('a', ofA),
            trained('b', ofB),
            trained('mixture', all),
          ];
          return {
            loss: tf.addN([large.total, a.total, b.total, mixture.total]),
            large: large.task,
            specialists: tf.div(tf.add(a.task, b.task), 2),
            mixture: mixture.task,
          };
        });
        const moved = adam.update(now, grads, state, live);
        return {
          state: { ...moved.params, ...moved.state },
          metrics: { loss: seen.large, specialists: seen.specialists, mixture: seen.mixture },
        };
      },

      probes: {
        /**
         * [5, 2]: loss on unseen documents of A and of B: the large model, both specialists weighed
         * by the past, the right one, the wrong one, the mixture.
         */
        unseen({ state }) {
          const columns = [0, 1].map((corpus) => {
            const rows = documents.unseenRows(corpus);
            const alone = (name: keyof typeof who) =>
              lossOf(
                documents,
                members.forward(who[name], within(name, state), rows.x).logits,
                rows.next,
              );
            const { logs } = members.byThePast(members.heard(pairOf(state), rows));
            const own = [alone('a'), alone('b')];
            return tf.stack([
              alone('large'),
              costOf(documents, logs, rows.next),
              own[corpus],
              own[1 - corpus],
              alone('mixture'),
            ]);
          });
          return tf.stack(columns, 1);
        },

        /** [32]: weight of the right specialist, before each word is foretold. */
        found({ state }) {
          const weights = [0, 1].map((corpus) => {
            const rows = documents.unseenRows(corpus);
            const { weights } = members.byThePast(members.heard(pairOf(state), rows));
            const own = tf.slice(weights, [0, corpus], [-1, 1]);
            return tf.mean(tf.reshape(own, [-1, length]), 0);
          });
          return tf.div(tf.add(weights[0], weights[1]), 2);
        },

        /**
         * [3]: how much the first expert of a word tells of its corpus, of the word and of the one
         * before, as a share of what there is to tell.
         */
        tells({ state }) {
          const both = joined(
            ...([0, 1].map((corpus) => documents.unseenRows(corpus)) as [Rows, Rows]),
          );
          const { routing } = members.forward(who.mixture, within('mixture', state), both.x);
          const experts = tf.oneHotRows(tf.argMax(routing!.gates, 1) as tf.Tensor1D, given.experts);
          const [places] = both.x.shape;
          const inA = tf.cast(tf.less(tf.range(0, places), places / 2), 'float32');
          const corpus = tf.stack([inA, tf.sub(1, inA)], 1) as tf.Tensor2D;
          const [word, before] = [0, vocabulary].map((from) =>
            tf.slice(both.x, [0, from], [places, vocabulary]),
          );
          return tf.stack([corpus, word, before].map((about) => told(experts, about)));
        },
      },

      dispose: () => documents.dispose(),
    };

    function pairOf(state: Params) {
      return (['a', 'b'] as const).map((name) => ({
        member: who[name],
        params: within(name, state),
      }));
    }
  },
} satisfies Experiment;

const joined = (one: Rows, other: Rows): Rows => ({
  x: tf.concat([one.x, other.x], 0) as tf.Tensor2D,
  next: tf.concat([one.next, other.next], 0) as tf.Tensor1D,
});

/**
 * Mutual information of two marks, each [places, kinds] of 0 and 1, as a share of the smaller
 * entropy: 0 if the one tells nothing of the other, 1 if it settles it.
 */
export function told(one: tf.Tensor2D, other: tf.Tensor2D): tf.Scalar {
  const entropy = (counts: tf.Tensor): tf.Scalar => {
    const shares = tf.div(counts, tf.maximum(tf.sum(counts), 1));
    return tf.neg(tf.sum(tf.mul(shares, tf.log(tf.add(shares, 1e-12))))) as tf.Scalar;
  };
  const joint = tf.matMul(one, other, true);
  const [a, b] = [entropy(tf.sum(joint, 1)), entropy(tf.sum(joint, 0))];
  const both = tf.sub(tf.add(a, b), entropy(joint));
  return tf.div(both, tf.maximum(tf.minimum(a, b), 1e-6)) as tf.Scalar;
}
