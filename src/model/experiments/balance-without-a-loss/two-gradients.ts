import * as tf from '../../../tensor/tf';
import { lossAndGradients, pick } from '../../gradients';
import * as sparseLayer from '../../layers/sparse-layer';
import { load, maxVio } from '../../metrics';
import adam from '../../optimizers/adam';
import type { Params, Routing } from '../../types';
import { taskLoss } from '../collapse/shared/mixture';
import type { Experiment } from '../types';
import { first, layerOf, task, topK, trained } from './shared/clusters';

/** More than station 06 takes: less of a gradient is then the batch's chance. */
const tokens = 512;
/** Steps that the mean angle is taken over. */
const together = 20;

/**
 * Station 08: the mixture of station 06 under the Switch loss, with the gradient of the task and
 * that of α times the balance loss taken apart. The step follows their sum, as it would if they
 * were one; on the router's weights both are measured.
 */
export default {
  name: 'two-gradients',
  reads: ['balanceStrength', 'learningRate'],
  metrics: {
    loss: { label: 'mean squared error, in units of the clusters’ own part' },
    load: { label: 'share of the assignments' },
    maxVio: { label: 'MaxVio of the batch' },
    cosine: { label: 'cosine between the two gradients on the router' },
    meanCosine: { label: 'the same, mean of the last 20 steps' },
    taskSize: { label: 'length of the task’s gradient on the router' },
    balanceSize: { label: 'length of the balance loss’s gradient on the router' },
    taskPull: { label: 'how the task moves an expert’s mean logit' },
    balancePull: { label: 'how the balance loss moves an expert’s mean logit' },
  },

  start(_settings, seed) {
    const layer = layerOf('softmax-top-k', 'switch');
    const data = task(seed);
    const params = first(seed);

    return {
      state: {
        ...params,
        ...adam.init(params),
        cosines: tf.zeros([together]),
        taken: tf.scalar(0),
      },
      facts: { tokensPerStep: tokens },
      live: ['balanceStrength', 'learningRate'],

      step({ state, live, random }) {
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, trained);
        const { 'router.weight': weight, ...experts } = now;
        const routingOf = (params: Params): Routing => layer.router.route({ x, params, topK });
        const byTask = lossAndGradients(now, (params) => {
          const routing = routingOf(params);
          const routed = { routing, kept: routing.mask };
          return taskLoss(sparseLayer.answer(params, x, layer, routed), y);
        });
        const byBalance = lossAndGradients({ 'router.weight': weight }, (params) =>
          tf.mul(
            live.balanceStrength,
            sparseLayer.balanceLoss(layer, routingOf({ ...experts, ...params })),
          ),
        );
        const [task, balance] = [byTask, byBalance].map(
          ({ grads }) => grads['router.weight'] as tf.Tensor2D,
        );
        const sum = { ...byTask.grads, 'router.weight': tf.add(task, balance) };
        const moved = adam.update(now, sum, state, { learningRate: live.learningRate });
        const share = load(routingOf(now).mask);
        const middle: tf.Tensor2D = tf.mean(x, 0, true);
        /** [experts]: change of the mean token's logits per unit of a step against the gradient. */
        const pull = (gradient: tf.Tensor2D) =>
          tf.neg(tf.reshape(tf.matMul(middle, gradient), [-1]));
        const [taskSize, balanceSize] = [task, balance].map((gradient) =>
          tf.sqrt(tf.sum(tf.square(gradient))),
        );
        // 0 where one of them vanishes: no direction, no angle.
        const cosine = tf.div(
          tf.sum(tf.mul(task, balance)),
          tf.add(tf.mul(taskSize, balanceSize), 1e-18),
        );
        const cosines = tf.concat([tf.slice(state.cosines, [1]), tf.expandDims(cosine, 0)]);
        const taken = tf.minimum(tf.add(state.taken, 1), together);
        return {
          state: { ...moved.params, ...moved.state, cosines, taken } as Params,
          metrics: {
            loss: byTask.loss,
            load: share,
            maxVio: maxVio(share),
            cosine,
            meanCosine: tf.div(tf.sum(cosines), taken),
            taskSize,
            balanceSize,
            taskPull: pull(task),
            balancePull: pull(balance),
          },
        };
      },

      dispose: () => data.dispose(),
    };
  },
} satisfies Experiment;
