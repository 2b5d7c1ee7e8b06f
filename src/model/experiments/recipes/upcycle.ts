import * as tf from '../../../tensor/tf';
import { pick, seenAndGradients } from '../../gradients';
import { prefixed, within } from '../../layers/names';
import adam from '../../optimizers/adam';
import { upcycle } from '../../recipes/upcycle';
import { routers } from '../../registry';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import { documentsOf, floor, length, lossOf } from './shared/documents';
import { chosen, since } from './shared/graft';
import * as members from './shared/members';

const reads = ['overlap', 'documents', 'copyAt', 'experts', 'router', 'learningRate'] as const;

/** Documents in a step, half of each corpus. */
const rows = 32;
const hidden = 24;
const topK = 2;

/**
 * Station 16: a dense layer is copied into experts and trained on, beside a mixture that starts
 * from nothing and dense layers that stay dense. One step is two steps of the small dense layer and
 * one of everything that costs twice as much: at equal steps all have multiplied as much.
 */
export default {
  name: 'upcycle',
  reads,
  metrics: {
    loss: { label: 'cross-entropy of the dense layer', unit: 'nats a word' },
    wide: { label: 'cross-entropy of a dense layer twice as wide', unit: 'nats a word' },
    scratch: { label: 'cross-entropy of the mixture from scratch', unit: 'nats a word' },
    copied: { label: 'cross-entropy of the copied layer', unit: 'nats a word' },
    jump: { label: 'loss that the copying added', unit: 'nats a word' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const documents = documentsOf(given.overlap, given.documents, seed);
    const router = routers.get(given.router);
    const small = members.dense(hidden, 3);
    const wide = members.dense(topK * hidden, 1);
    const mixture: members.Member = {
      ...{ experts: given.experts, hidden, topK, router, start: 7 },
    };
    const dense = prefixed('dense', members.init(small, seed));
    const others: Params = {
      ...prefixed('wide', members.init(wide, seed)),
      ...prefixed('scratch', members.init(mixture, seed)),
    };
    const copied: Params = prefixed('copied', {
      ...upcycle(within('dense', dense), given.experts),
      'router.weight': members.routerOf(given.experts, seed),
    });
    const names = { dense: Object.keys(dense), others: Object.keys(others) };
    const memory = (name: string, params: Params) => prefixed(`of-${name}`, adam.init(params));

    return {
      state: {
        ...dense,
        ...others,
        ...copied,
        jump: tf.scalar(0),
        ...memory('dense', dense),
        ...memory('others', others),
        ...memory('copied', copied),
      },
      live: ['learningRate'],
      facts: {
        floor,
        ...members.numbersOf(mixture),
        denseNumbers: members.numbersOf(small).parameters,
        wideNumbers: members.numbersOf(wide).parameters,
        tokensPerStep: 2 * rows * length,
      },

      step({ state, live, random }) {
        const [one, two] = ['one', 'two'].map((stream) =>
          documents.read(documents.draw('both', rows, random, stream)),
        );
        const trained = (
          name: string,
          member: members.Member,
          params: Params,
          batch = one,
        ): ReturnType<typeof members.trainedOn> =>
          members.trainedOn(member, within(name, params), batch, documents);

        const now = pick(state, names.dense);
        const first = seenAndGradients(now, (params) => ({
          loss: trained('dense', small, params).task,
        }));
        const half = adam.update(now, first.grads, within('of-dense', state), live);
        const second = seenAndGradients(half.params, (params) => ({
          loss: trained('dense', small, params, two).task,
        }));
        const whole = adam.update(half.params, second.grads, half.state, live);

        const beside = pick(state, names.others);
        const besides = seenAndGradients(beside, (params) => {
          const [a, b] = [trained('wide', wide, params), trained('scratch', mixture, params)];
          return { loss: tf.add(a.total, b.total) as tf.Scalar, wide: a.task, scratch: b.task };
        });
        const others = adam.update(beside, besides.grads, within('of-others', state), live);

        // Until it is copied the layer is the dense one, as often as there are experts.
        const on = since(random.counter, given.copyAt);
        const copies = prefixed('copied', upcycle(within('dense', now), given.experts));
        const began = {
          ...chosen(
            since(random.counter, given.copyAt + 1),
            pick(state, Object.keys(copies)),
            copies,
          ),
          'copied.router.weight': state['copied.router.weight'],
        };
        const step = seenAndGradients(began, (params) => {
          const { total, task } = trained('copied', mixture, params);
          return { loss: total, task };
        });
        const fresh = within('of-copied', state);
        const taken = adam.update(began, step.grads, fresh, live);
        // Both on the same documents, before anything is learned from them.
        const more = tf.sub(step.seen.task, first.seen.loss);
        const atCopy = tf.sub(on, since(random.counter, given.copyAt + 1));
        const jump = tf.add(tf.mul(more, atCopy), tf.mul(state.jump, tf.sub(1, atCopy)));
        const copied = tf.add(tf.mul(step.seen.task, on), tf.mul(first.seen.loss, tf.sub(1, on)));
        return {
          state: {
            ...whole.params,
            ...others.params,
            ...chosen(on, taken.params, pick(began, Object.keys(taken.params))),
            jump,
            ...prefixed('of-dense', whole.state),
            ...prefixed('of-others', others.state),
            ...prefixed('of-copied', chosen(on, taken.state, fresh)),
          },
          metrics: {
            loss: first.seen.loss,
            wide: besides.seen.wide,
            scratch: besides.seen.scratch,
            copied,
            jump: tf.add(jump, 0),
          },
        };
      },

      probes: {
        /** [4]: loss on unseen documents of both corpora: dense, wide, from scratch, copied. */
        unseen({ state }) {
          const columns = [0, 1].map((corpus) => {
            const { x, next } = documents.unseenRows(corpus);
            const alone = (name: string, member: members.Member) =>
              lossOf(documents, members.forward(member, within(name, state), x).logits, next);
            return tf.stack([
              alone('dense', small),
              alone('wide', wide),
              alone('scratch', mixture),
              alone('copied', mixture),
            ]);
          });
          return tf.div(tf.add(columns[0], columns[1]), 2);
        },

        /** [experts]: how far each expert's weights are from the mean of all, over that mean's length. */
        apart({ state }) {
          const w1 = state['copied.experts.w1'];
          const each = tf.reshape(w1, [w1.shape[0], given.experts, hidden]);
          const mean = tf.mean(each, 1, true);
          const size = tf.sqrt(tf.sum(tf.square(mean)));
          return tf.div(tf.sqrt(tf.sum(tf.square(tf.sub(each, mean)), [0, 2])), size);
        },
      },

      dispose: () => documents.dispose(),
    };
  },
} satisfies Experiment;
