import * as tf from '../../../tensor/tf';
import { describe as architectureOf } from '../../accounting/ours';
import { countParameters } from '../../accounting/parameters';
import switchLoss from '../../balancing/switch';
import { pick, seenAndGradients } from '../../gradients';
import * as crossEntropy from '../../layers/cross-entropy';
import * as transformer from '../../networks/transformer';
import adam from '../../optimizers/adam';
import softmaxRenormalised from '../../routers/softmax-top-k-renormalised';
import task from '../../tasks/a-and-not-b';
import type { Params, Sample } from '../../types';
import { type Experiment, read } from '../types';

const reads = ['sparse', 'experts', 'topK', 'expertHidden', 'denseHidden', 'learningRate'] as const;

const things = { things: 6, present: 3 };
/** Questions of a step, to draw them from, and to be judged by. */
const questions = 64;
const trainingRows = 8192;
const judgedRows = 512;
const balance = 0.01;

/**
 * Station 12: small transformers asked "A and B", "A and not B" and the like of a few things that
 * are there. They differ in their feed-forward blocks: dense ones, or experts.
 */
export default {
  name: 'negation',
  reads,
  metrics: {
    loss: { label: 'cross-entropy', unit: 'nats per question' },
    right: { label: 'share right of the batch, by form' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const { words = [], groups = [], inputs: length } = task.shape(things);
    const forms = groups.length;
    const config: transformer.TransformerConfig = {
      ...{ vocabulary: words.length, dim: 32, layers: 2, hidden: given.denseHidden },
      attention: { kind: 'heads', heads: 4, rotaryBase: 10_000 },
      ...(given.sparse !== 'none' && {
        moe: {
          ...{ experts: given.experts, topK: given.topK, hidden: given.expertHidden },
          router: softmaxRenormalised,
          balancer: switchLoss,
        },
      }),
    };
    const params = transformer.init(config, seed);
    const names = Object.keys(params);
    const all = load(task.sample(seed, trainingRows, things), length);
    // Questions drawn anew, of pairs that it has learned from and of pairs that it has not.
    const known = load(task.sample(seed + 1, judgedRows, things), length);
    const held = load(task.sample(seed, judgedRows, things, 'unseen'), length);
    const { total, active } = countParameters(architectureOf(config));

    /** Questions [rows, length] int32 → logits of the answers [rows, vocabulary]. */
    const answers = (weights: Params, rows: tf.Tensor2D) => {
      const tokens = tf.reshape(rows, [-1]) as tf.Tensor1D;
      const out = transformer.forward(weights, tokens, config, { sequenceLength: length });
      const each = tf.reshape(out.logits, [rows.shape[0], length, words.length]);
      const last = tf.slice(each, [0, length - 1, 0], [rows.shape[0], 1, words.length]);
      return { out, logits: tf.reshape(last, [rows.shape[0], words.length]) as tf.Tensor2D };
    };
    /** [forms]: share of right answers to each form of question. */
    const byForm = (logits: tf.Tensor2D, { answer, form }: Pick<Rows, 'answer' | 'form'>) => {
      const right = tf.cast(tf.equal(tf.argMax(logits, 1), answer), 'float32'); // [rows]
      const of = tf.cast(tf.oneHot(form, forms), 'float32'); // [rows, forms]
      const hits = tf.sum(tf.mul(of, tf.expandDims(right, 1)), 0);
      return tf.div(hits, tf.maximum(tf.sum(of, 0), 1));
    };
    const judge = (state: Params, rows: Rows) =>
      byForm(answers(pick(state, names), rows.question).logits, rows);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: { forms: groups, parameters: total, active, tokensPerStep: questions * length },

      step({ state, live, random }) {
        const chosen = tf.randomInt<tf.Rank.R1>([questions], random, 'rows', trainingRows);
        const question: tf.Tensor2D = tf.gather(all.question, chosen);
        const answer: tf.Tensor1D = tf.gather(all.answer, chosen);
        const form: tf.Tensor1D = tf.gather(all.form, chosen);
        const { seen, grads } = seenAndGradients(pick(state, names), (weights) => {
          const { out, logits } = answers(weights, question);
          const told = crossEntropy.forward(logits, answer);
          const price = config.moe && transformer.balanceLoss(out, config, length);
          const loss = price ? (tf.add(told, tf.mul(price, balance)) as tf.Scalar) : told;
          return { loss, told, logits };
        });
        const moved = adam.update(pick(state, names), grads, state, live);
        return {
          state: { ...moved.params, ...moved.state },
          metrics: {
            loss: seen.told,
            right: byForm(seen.logits as unknown as tf.Tensor2D, { answer, form }),
          },
        };
      },

      probes: {
        /** [forms]: share right of fresh questions about pairs that it has learned from. */
        known: ({ state }) => judge(state, known),
        /** [forms]: of pairs held back wherever a "not" stands; 0 for the form that has none. */
        held: ({ state }) => judge(state, held),
      },

      dispose: () => tf.dispose([{ ...all }, { ...known }, { ...held }]),
    };
  },
} satisfies Experiment;

/** On the device: question [rows, length], answer [rows], form [rows], all int32. */
interface Rows {
  question: tf.Tensor2D;
  answer: tf.Tensor1D;
  form: tf.Tensor1D;
}

function load({ rows, inputs, targets, groups }: Sample, length: number): Rows {
  const last = Int32Array.from({ length: rows }, (_, row) => targets[(row + 1) * length - 1]);
  return {
    question: tf.tensor2d(inputs, [rows, length], 'int32'),
    answer: tf.tensor1d(last, 'int32'),
    form: tf.tensor1d(groups ?? [], 'int32'),
  };
}
