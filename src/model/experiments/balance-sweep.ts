import { lossAndGradients, pick } from '../gradients';
import * as mixture from '../layers/mixture';
import { load, maxVio } from '../metrics';
import adam from '../optimizers/adam';
import * as task from '../tasks/clusters';
import * as tf from '../tf';
import type { Experiment, Params } from '../types';
import { configOf, initial, taskLoss, tokens } from './moe-balance';

/** Weights of the balancing loss, one mixture each. */
const strengths = [0, 0.01, 0.03, 0.1, 0.3, 1, 3];

/**
 * Station 06: the mixture of moe-balance seven times from the same weights and on the same tokens,
 * each with another weight of the balancing loss, so that the price of balance is a live picture.
 */
export default {
  name: 'balance-sweep',

  start(settings, seed) {
    const config = configOf(settings);
    const count = Number(settings.experts);
    const data = task.create(seed);
    const state: Params = {};
    for (const i of strengths.keys()) {
      const { 'router.noise': unused, ...params } = initial(count, seed);
      unused.dispose();
      Object.assign(
        state,
        prefixed(i, { ...params, ...adam.init(params), bias: tf.zeros([count]) }),
      );
    }
    const trained = ['router.weight', 'experts.w1', 'experts.b1', 'experts.w2', 'experts.b2'];

    return {
      state,
      live: ['learningRate', 'biasRate'],

      step({ state: all, live, random }) {
        const { x, y } = data.batch(tokens, random);
        const next: Params = {};
        const losses: tf.Scalar[] = [];
        const overloads: tf.Scalar[] = [];
        for (const [i, strength] of strengths.entries()) {
          const mine = own(i, all);
          const now = pick(mine, trained);
          const bias = mine.bias as tf.Tensor1D;
          const still = {
            ...live,
            balanceStrength: tf.scalar(strength),
            zLoss: tf.scalar(0),
            jitter: tf.scalar(0),
            capacityFactor: tf.scalar(count),
          };
          const input = (params: Params) => ({ params, bias, live: still, random });
          const { grads } = lossAndGradients(now, (p) => {
            const routed = mixture.route(config, input(p), x);
            const loss = taskLoss(mixture.answer(p, x, routed), y);
            return mixture.totalLoss(config, input(p), loss, routed);
          });
          const routed = mixture.route(config, input(now), x);
          const share = load(routed.routing.mask);
          losses.push(taskLoss(mixture.answer(now, x, routed), y));
          overloads.push(maxVio(share));
          const { params: moved, state: moments } = adam.update(now, grads, mine, live);
          Object.assign(next, prefixed(i, { ...moved, ...moments, bias }));
        }
        const taskLosses = tf.stack(losses);
        return {
          state: next,
          metrics: { loss: tf.mean(taskLosses), taskLoss: taskLosses, maxVio: tf.stack(overloads) },
        };
      },

      probes: { strengths: () => tf.tensor1d(strengths) },
      dispose: () => data.dispose(),
    };
  },
} satisfies Experiment;

const prefixed = (i: number, record: Params): Params =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [`${i}.${name}`, value]));

const own = (i: number, record: Params): Params =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      name.startsWith(`${i}.`) ? [[name.slice(`${i}.`.length), value]] : [],
    ),
  );
