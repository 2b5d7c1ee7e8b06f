import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import { prefixed, within } from '../../layers/names';
import adam from '../../optimizers/adam';
import { average, ensemble } from '../../recipes/branch-train-merge';
import { joinExperts } from '../../recipes/upcycle';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import { costOf, documentsOf, floor, length, lossOf, type Rows } from './shared/documents';
import { chosen, since } from './shared/graft';
import * as members from './shared/members';

const reads = ['overlap', 'documents', 'forkAt', 'learningRate'] as const;

/** Documents of a corpus in a step. */
const each = 16;
/** Of 313 steps those after which the specialists are laid side by side, to be trained together. */
export const joinedAt = 238;

const small = members.dense(24, 3);
/** From other weights than the two, on the documents of B. */
const stranger = members.dense(24, 4);
const pair: members.Member = { experts: 2, hidden: 24, topK: 2, start: 9 };

/** Where the straight line between two networks is looked at. */
export const stops = [0, 0.25, 0.5, 0.75, 1];

/**
 * Station 16: two specialists from the same start, and all the ways to make one answer of them. A
 * third has the documents of B and a start of its own. Up to the fork all read both corpora.
 */
export default {
  name: 'merge',
  reads,
  metrics: {
    loss: { label: 'cross-entropy of the specialists, each on its own', unit: 'nats a word' },
    joined: { label: 'cross-entropy of the two side by side', unit: 'nats a word' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const documents = documentsOf(given.overlap, given.documents, seed);
    const apart: Params = {
      ...prefixed('a', members.init(small, seed)),
      ...prefixed('b', members.init(small, seed)),
      ...prefixed('s', members.init(stranger, seed)),
    };
    const together = prefixed('joined', members.init(pair, seed));
    const names = Object.keys(apart);
    const joinedNames = Object.keys(together);
    const memory = (name: string, params: Params) => prefixed(name, adam.init(params));

    return {
      state: {
        ...apart,
        ...together,
        ...memory('apart', apart),
        ...memory('together', together),
      },
      live: ['learningRate'],
      facts: { floor, tokensPerStep: 2 * each * length },

      step({ state, live, random }) {
        const forked = since(random.counter, given.forkAt);
        const [ofA, ofB] = ([0, 1] as const).map((corpus) => documents.draw(corpus, each, random));
        const both = documents.draw('both', each, random, 'common');
        const own = (documents: tf.Tensor2D) =>
          tf.where(tf.greater(forked, 0), documents, both) as tf.Tensor2D;
        const [rowsA, rowsB, all] = [
          own(ofA),
          own(ofB),
          tf.concat([ofA, ofB], 0) as tf.Tensor2D,
        ].map(documents.read);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (params) => {
          const trained = (name: string, rows: Rows) =>
            members.trainedOn(small, within(name, params), rows, documents).task;
          const [a, b, s] = [trained('a', rowsA), trained('b', rowsB), trained('s', rowsB)];
          return { loss: tf.addN([a, b, s]), mean: tf.div(tf.add(a, b), 2) };
        });
        const moved = adam.update(now, grads, within('apart', state), live);

        // Before it is time the two side by side are what the specialists are.
        const on = since(random.counter, joinedAt);
        const copies = prefixed('joined', sideBySide(state));
        const began = {
          ...chosen(since(random.counter, joinedAt + 1), pick(state, Object.keys(copies)), copies),
          'joined.router.weight': state['joined.router.weight'],
        };
        const step = seenAndGradients(began, (params) => {
          const { total, task } = members.trainedOn(pair, within('joined', params), all, documents);
          return { loss: total, task };
        });
        const fresh = within('together', state);
        const taken = adam.update(began, step.grads, fresh, live);
        return {
          state: {
            ...moved.params,
            ...prefixed('apart', moved.state),
            ...chosen(on, taken.params, pick(began, joinedNames)),
            ...prefixed('together', chosen(on, taken.state, fresh)),
          },
          metrics: { loss: seen.mean, joined: step.seen.task },
        };
      },

      probes: {
        /**
         * [8]: mean loss on unseen documents of both corpora, in the order of `ways`.
         */
        ways({ state }) {
          const [a, b, s] = ['a', 'b', 's'].map((name) => within(name, state));
          const columns = [0, 1].map((corpus) => {
            const rows = documents.unseenRows(corpus);
            const alone = (params: Params, member = small) =>
              lossOf(documents, members.forward(member, params, rows.x).logits, rows.next);
            const heard = members.heard(
              [a, b].map((params) => ({ member: small, params })),
              rows,
            );
            const cost = (logs: tf.Tensor2D) => costOf(documents, logs, rows.next);
            const alike = tf.fill([rows.x.shape[0], 2], 0.5) as tf.Tensor2D;
            const own = [a, b].map((params) => alone(params));
            return tf.stack([
              own[corpus],
              cost(members.byThePast(heard).logs),
              cost(members.byThePast(heard, 1).logs),
              cost(ensemble(heard.said, alike)),
              alone(within('joined', state), pair),
              alone(average([a, b])),
              alone(average([a, s])),
              own[1 - corpus],
            ]);
          });
          return tf.div(tf.add(columns[0], columns[1]), 2);
        },

        /** [2, 5]: mean loss of the weights on the straight line from A to B, and to the stranger. */
        line({ state }) {
          const [a, b, s] = ['a', 'b', 's'].map((name) => within(name, state));
          const rows = [0, 1].map((corpus) => documents.unseenRows(corpus));
          const at = (other: Params, t: number) => {
            const between = average([a, other], [1 - t, t]);
            const losses = rows.map(({ x, next }) =>
              lossOf(documents, members.forward(small, between, x).logits, next),
            );
            return tf.div(tf.add(losses[0], losses[1]), 2);
          };
          return tf.stack([b, s].map((other) => tf.stack(stops.map((t) => at(other, t)))));
        },
      },

      dispose: () => documents.dispose(),
    };
  },
} satisfies Experiment;

/** The specialists' layers as the experts of one. */
const sideBySide = (state: Params): Params =>
  joinExperts(['a', 'b'].map((name) => within(name, state)));
