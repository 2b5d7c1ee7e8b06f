import * as tf from '../../../tensor/tf';
import { chanceMaxVio } from '../../accounting/chance';
import { pick, seenAndGradients } from '../../gradients';
import * as sparseLayer from '../../layers/sparse-layer';
import { counts, load, maxVio } from '../../metrics';
import adam from '../../optimizers/adam';
import { refuse } from '../../refuse';
import type { Balancer } from '../../types';
import { taskLoss, tokens } from '../collapse/shared/mixture';
import { type Experiment, read } from '../types';
import { experts, first, layerOf, task, topK, trained } from './shared/clusters';

const reads = ['balancer', 'biasRate', 'push', 'learningRate'] as const;

/** Batches that are counted together for the MaxVio on average. */
const together = 50;

/**
 * Station 08: the mixture of station 06, scored with sigmoids, under a rule that moves a selection
 * bias. Each step gives the bias and two kinds of MaxVio, of its own batch and of the last fifty
 * together: a bias that swings is even in the second and not in the first.
 */
export default {
  name: 'dials',
  reads,
  metrics: {
    loss: { label: 'mean squared error, in units of the clusters’ own part' },
    load: { label: 'share of the assignments' },
    bias: { label: 'selection bias' },
    maxVio: { label: 'MaxVio of the batch' },
    averageVio: { label: 'MaxVio of the last 50 batches together' },
  },

  start(settings, seed) {
    const layer = layerOf('sigmoid-normalised', read(settings, reads).balancer);
    const { router, balancer } = layer;
    refuse(refusal(balancer));
    const data = task(seed);
    const params = first(seed);
    const onlyA = tf.tensor1d([1, ...Array<number>(experts - 1).fill(0)]);

    return {
      state: {
        ...params,
        ...adam.init(params),
        bias: tf.zeros([experts]),
        recent: tf.zeros([together, experts]),
      },
      facts: { tokensPerStep: tokens, chanceMaxVio: chanceMaxVio({ tokens, experts, topK }) },
      live: ['learningRate', 'biasRate', 'push'],

      step({ state, live, random }) {
        const bias = state.bias as tf.Tensor1D;
        const { x, y } = data.batch(tokens, random);
        const pushed: tf.Tensor1D = tf.add(bias, tf.mul(onlyA, live.push));
        const now = pick(state, trained);
        const { seen, grads } = seenAndGradients(now, (params) => {
          // Routed by hand: the push chooses even where nothing moves the bias.
          const routing = router.route({ x, params, topK, bias: pushed });
          const { scores, mask } = routing;
          const answer = sparseLayer.answer(params, x, layer, { routing, kept: mask });
          return { loss: taskLoss(answer, y), scores, mask };
        });
        const { scores, mask } = seen;
        const moved = adam.update(now, grads, state, {
          learningRate: live.learningRate,
        });
        const share = load(mask);
        const recent = tf.concat([
          tf.slice(state.recent, [1, 0]),
          tf.expandDims(share, 0),
        ]) as tf.Tensor2D; // [together, experts], the newest last
        const latest = { routing: { scores }, topK };
        const next = balancer.update?.(bias, counts(mask), live.biasRate, latest) ?? tf.clone(bias);
        return {
          state: { ...moved.params, ...moved.state, bias: next, recent },
          metrics: {
            loss: seen.loss,
            load: share,
            bias: tf.clone(next),
            maxVio: maxVio(share),
            averageVio: maxVio(tf.div(tf.sum(recent, 0), tf.sum(recent))),
          },
        };
      },

      dispose() {
        data.dispose();
        onlyA.dispose();
      },
    };
  },
} satisfies Experiment;

const refusal = ({ name, loss }: Balancer): string | undefined =>
  loss
    ? `The dials are selection biases; the balancer "${name}" is a loss and moves none.`
    : undefined;
