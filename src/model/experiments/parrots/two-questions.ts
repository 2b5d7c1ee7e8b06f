import * as tf from '../../../tensor/tf';
import none from '../../balancing/none';
import switchLoss from '../../balancing/switch';
import { pick, seenAndGradients } from '../../gradients';
import * as crossEntropy from '../../layers/cross-entropy';
import * as sparseLayer from '../../layers/sparse-layer';
import adam from '../../optimizers/adam';
import hash from '../../routers/hash';
import softmaxTopK from '../../routers/softmax-top-k';
import { batch, onDevice } from '../../samples';
import type { Sample } from '../../types';
import { type Experiment, read, type StepInput } from '../types';
import { rowsOf } from './shared/rows';
import { bits, classesOf, numbersOf } from './shared/sizes';
import * as squeezed from './shared/squeezed';

const reads = [
  'question',
  'facts',
  'pairs',
  'squeeze',
  'experts',
  'expertHidden',
  'sentBy',
  'learningRate',
] as const;

/** Questions of a step, and the weight of the loss that keeps the load even. */
const questions = 256;
const balance = 0.01;

/**
 * Station 12: the same model, asked to know facts by heart or to compare hands of cards. Of E
 * experts behind the squeeze one answers a question; one expert alone is a dense net.
 */
export default {
  name: 'two-questions',
  reads,
  metrics: { loss: { label: 'cross-entropy', unit: 'nats per question' } },

  start(settings, seed) {
    const given = read(settings, reads);
    const { question, experts, expertHidden: hidden, squeeze: width } = given;
    const byDice = given.sentBy === 'dice';
    const out = classesOf(question);
    const layer: sparseLayer.SparseLayerConfig = {
      ...{ dim: 2 * width, experts, topK: 1, hidden, out, kind: 'relu' },
      router: byDice ? hash : softmaxTopK,
      balancer: byDice ? none : switchLoss,
    };
    const config: squeezed.Squeezed = { width, experts, hidden, out, router: !byDice, layer };
    const { train, judged, chance, parrot } = rowsOf(question, given.facts, given.pairs, seed);
    const shape = { inputs: 2 * bits, outputs: out };
    const load = (sample: Sample) => onDevice('classes', shape, sample);
    const all = load(train);
    // Of all facts there are no others: what is judged is what was learned from.
    const unseen = judged === train ? undefined : load(judged);
    const params = squeezed.init(config, seed);
    const names = Object.keys(params);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: { ...numbersOf(config), chance, parrot, tokensPerStep: questions },

      step({ state, live, random }) {
        const { inputs, targets } = batch(all, questions, random);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (weights) => {
          const { logits, routing } = squeezed.forward(weights, inputs, config, random);
          const task = crossEntropy.forward(logits, targets as tf.Tensor1D);
          if (!routing || byDice) return { loss: task, task };
          const { total } = sparseLayer.withBalance(task, balance, layer, routing);
          return { loss: total, task };
        });
        const moved = adam.update(now, grads, state, live);
        return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.task } };
      },

      probes: {
        /** [2]: share right of what is judged, and of what was learned from. */
        right(input) {
          const rows = Math.min(judged.rows, train.rows);
          const known = rightOf(
            input,
            tf.slice(all.inputs, 0, rows),
            tf.slice(all.targets, 0, rows),
          );
          return tf.stack([unseen ? rightOf(input, unseen.inputs, unseen.targets) : known, known]);
        },
      },

      dispose: () => tf.dispose([{ ...all }, { ...unseen }]),
    };

    function rightOf({ state, random }: StepInput, inputs: tf.Tensor2D, targets: tf.Tensor) {
      const { logits } = squeezed.forward(pick(state, names), inputs, config, random);
      return tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), targets), 'float32'));
    }
  },
} satisfies Experiment;
