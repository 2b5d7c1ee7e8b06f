import * as tf from '../../../tensor/tf';
import communication from '../../balancing/communication';
import deviceLevel from '../../balancing/device-level';
import expertLevel from '../../balancing/expert-level';
import { keepByPriority } from '../../dispatch/priority-capacity';
import { pick, seenAndGradients } from '../../gradients';
import * as sparseLayer from '../../layers/sparse-layer';
import { droppedShare } from '../../metrics';
import adam from '../../optimizers/adam';
import { refuse } from '../../refuse';
import softmaxRenormalised from '../../routers/softmax-top-k-renormalised';
import { together } from '../../together';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';
import { first, gateSum, limited, perDevice, layer as sizes, task, tokens } from './shared/cluster';
import { devices, homeOf, sequence, specimens, topK } from './shared/yard';

const reads = [
  'mostGroups',
  'expertLoss',
  'deviceLoss',
  'trafficLoss',
  'deviceRoom',
  'learningRate',
] as const;

/**
 * Station 09: the same cluster under DeepSeek-V2's three balance losses, each with a weight that may
 * change on the way, and devices that compute only so much of a batch (deepseekv2, §2.2.2–2.2.4).
 * How busy the busiest is, is measured on tokens that nobody learns from.
 */
export default {
  name: 'three-losses',
  reads,
  metrics: {
    loss: { label: 'mean squared error, as a share of the answers’ variance' },
    dropped: { label: 'share of the assignments that found no room' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const router = limited(softmaxRenormalised, {
      mostGroups: given.mostGroups,
      groupsAre: 'devices',
      groupScore: 'max',
    });
    const layer = {
      ...sizes,
      router,
      devices: { devices, deviceLimit: Math.min(given.mostGroups, devices) },
    };
    refuse(sparseLayer.refusal(layer, tokens));
    const room = given.deviceRoom === 'none' ? undefined : Number(given.deviceRoom);
    const data = task(seed);
    const look = data.specimens(specimens);
    const home = tf.tidy(() =>
      tf.cast(
        tf.oneHot(
          tf.tensor1d(
            Array.from({ length: specimens }, (_, token) => homeOf(token)),
            'int32',
          ),
          devices,
        ),
        'float32',
      ),
    ) as tf.Tensor2D; // [specimens, devices]
    const params = first(seed);
    const names = Object.keys(params);
    const routeScale = tf.scalar(gateSum);
    const maskOf = (state: Params) => sparseLayer.route(state, look.x, layer).routing.mask;

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate', 'expertLoss', 'deviceLoss', 'trafficLoss'],
      facts: {
        tokensPerStep: tokens,
        holders: Array.from({ length: devices }, (_, device) => `device ${device + 1}`),
      },

      step({ state, live, random }) {
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, names);
        const balancer = together([
          { balancer: expertLevel, weight: live.expertLoss },
          { balancer: deviceLevel, weight: live.deviceLoss },
          { balancer: communication, weight: live.trafficLoss },
        ]);
        const { seen, grads } = seenAndGradients(now, (params) => {
          const { routing } = sparseLayer.route(params, x, layer, { live: { routeScale } });
          const { mask, scores } = routing;
          const kept = room ? keepByPriority(mask, scores, { topK, factor: room, devices }) : mask;
          const answer = sparseLayer.answer(params, x, layer, { routing, kept });
          const task = tf.div(tf.mean(tf.squaredDifference(answer, y)), data.variance);
          const balanced = { ...layer, balancer };
          const { total } = sparseLayer.withBalance(
            task as tf.Scalar,
            1,
            balanced,
            routing,
            sequence,
          );
          return { loss: total, task, mask, kept };
        });
        const { task: own, mask, kept } = seen as Record<string, tf.Tensor>;
        const moved = adam.update(now, grads, state, { learningRate: live.learningRate });
        return {
          state: { ...moved.params, ...moved.state },
          metrics: {
            loss: own,
            dropped: droppedShare(mask as tf.Tensor2D, kept as tf.Tensor2D),
          },
        };
      },

      probes: {
        /** [3]: the busiest expert, the busiest device by work and by arrivals, over the mean. */
        busiest({ state }) {
          const mask = maskOf(state);
          const own = perDevice(mask); // [specimens, devices]
          const arrived = tf.mul(tf.step(own), tf.sub(1, home));
          return tf.stack([mask, own, arrived].map((each) => overMean(tf.sum(each, 0))));
        },
        /** [devices]: the assignments computed on each, over the mean. */
        work({ state }) {
          const work = tf.sum(perDevice(maskOf(state)), 0);
          return tf.div(work, tf.mean(work));
        },
      },

      dispose() {
        data.dispose();
        tf.dispose([look.x, look.y, home, routeScale]);
      },
    };
  },
} satisfies Experiment;

/** The largest over the mean. */
const overMean = (numbers: tf.Tensor): tf.Scalar =>
  tf.div(tf.max(numbers), tf.mean(numbers)) as tf.Scalar;
