import * as tf from '../../../tensor/tf';
import { chanceMaxVio } from '../../accounting/chance';
import type { Experiment, Settings } from '../../experiments/types';
import { pick, seenAndGradients } from '../../gradients';
import adam from '../../optimizers/adam';
import { routeLogits } from '../../routing';
import { ownVariance } from '../../tasks/clusters';
import type { Params, Router, Routing } from '../../types';
import { configOf, initial, taskOf, tokens } from './shared/mixture';

/** Weights of the balancing loss, one mixture each. */
const strengths = [0, 0.01, 0.03, 0.1, 0.3, 1, 3];
const mixtures = strengths.length;
/** Routers that need nothing but a token’s own logits, so that mixtures can share a batch. */
const sideBySideRouters = ['softmax-top-k', 'softmax-top-k-renormalised'];

/**
 * Station 06: the mixture of moe-balance seven times from the same weights and on the same tokens,
 * each with another weight of the balancing loss, so that the price of balance is a live picture.
 * The mixtures lie side by side in the same tensors and share nothing: each takes the steps that
 * it would take alone, and all together little more commands than one.
 */
export default {
  name: 'balance-sweep',
  reads: [
    'experts',
    'topK',
    'router',
    'routerDeviation',
    'balancer',
    'learningRate',
    'common',
    'skew',
  ],
  metrics: {
    loss: { label: 'mean of the losses' },
    taskLoss: { label: 'mean squared error of each mixture' },
    maxVio: { label: 'MaxVio of each mixture’s batch' },
  },

  start(settings, seed) {
    const { layer } = configOf({ ...settings, fault: 'none', capacityFactor: 1 });
    const { router, balancer, topK } = layer;
    if (!sideBySideRouters.includes(router.name))
      throw new Error(
        `The sweep can route as ${sideBySideRouters.join(' or ')}; the router is "${router.name}".`,
      );
    const { loss: balancingLoss } = balancer;
    if (!balancingLoss)
      throw new Error(
        `The sweep is over the weight of a balancing loss; the balancer "${balancer.name}" has none.`,
      );
    const data = taskOf(settings, seed);
    const params = sideBySide(settings, seed);
    const names = Object.keys(params);

    return {
      state: { ...params, ...adam.init(params) },
      live: ['learningRate'],
      facts: {
        tokensPerStep: tokens,
        chanceMaxVio: chanceMaxVio({ tokens, experts: Number(settings.experts), topK }),
      },

      step({ state, live, random }) {
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (params) => {
          const routing = route(router, params, x, topK);
          const losses = taskLosses(answers(params, x, routing), y);
          const balance = tf.stack(apart(routing).map((own) => balancingLoss(own, topK)));
          const priced = tf.add(losses, tf.mul(balance, tf.tensor1d(strengths)));
          return { loss: tf.sum(priced) as tf.Scalar, losses, mask: routing.mask };
        });
        const { params: moved, state: moments } = adam.update(now, grads, state, live);
        return {
          state: { ...moved, ...moments },
          metrics: {
            loss: tf.mean(seen.losses),
            taskLoss: seen.losses,
            maxVio: overloads(seen.mask, topK),
          },
        };
      },

      probes: { strengths: () => tf.tensor1d(strengths) },
      dispose: () => data.dispose(),
    };
  },
} satisfies Experiment;

/** The first weights of one mixture, once for each: the last two are [mixtures, …]. */
function sideBySide(settings: Settings, seed: number): Params {
  return tf.tidy(() => {
    const one = initial(settings, seed);
    const columns = (name: string) => tf.concat(Array(mixtures).fill(one[name]), -1);
    return {
      'router.weight': columns('router.weight'), // [dim, mixtures · experts]
      'experts.w1': columns('experts.w1'), // [dim, mixtures · experts · hidden]
      'experts.b1': columns('experts.b1'),
      'experts.w2': tf.stack(Array(mixtures).fill(one['experts.w2'])),
      'experts.b2': tf.stack(Array(mixtures).fill(one['experts.b2'])),
    };
  });
}

/** Everything [tokens · mixtures, experts]: a row is one token in one mixture. */
function route(router: Router, params: Params, x: tf.Tensor2D, topK: number): Routing {
  const logits = tf.matMul(x, params['router.weight'] as tf.Tensor2D);
  return routeLogits(router, tf.reshape(logits, [x.shape[0] * mixtures, -1]), { topK });
}

/** [mixtures, tokens, out]: experts/relu.ts, one product for all mixtures. */
function answers(params: Params, x: tf.Tensor2D, { gates }: Routing): tf.Tensor3D {
  const count = gates.shape[1];
  const hidden = tf.relu(
    tf.add(tf.matMul(x, params['experts.w1'] as tf.Tensor2D), params['experts.b1']),
  );
  const perExpert = tf.reshape(hidden, [x.shape[0], mixtures * count, -1]);
  const weighed = tf.mul(perExpert, tf.reshape(gates, [x.shape[0], mixtures * count, 1]));
  return tf.add(
    tf.matMul(byMixture(weighed), params['experts.w2'] as tf.Tensor3D),
    tf.matMul(byMixture(gates), params['experts.b2'] as tf.Tensor3D),
  );
}

/** Tokens first → [mixtures, tokens, …]. */
const byMixture = (tensor: tf.Tensor): tf.Tensor3D =>
  tf.transpose(tf.reshape(tensor, [tokens, mixtures, -1]), [1, 0, 2]);

/** [mixtures]: the loss of moe-balance in each. */
const taskLosses = (answer: tf.Tensor3D, y: tf.Tensor2D) =>
  tf.div(tf.mean(tf.squaredDifference(answer, y), [1, 2]), ownVariance) as tf.Tensor1D;

/** Each mixture's own routing, [tokens, experts]. */
function apart({ logits, scores, mask, gates }: Routing): Routing[] {
  const split = (rows: tf.Tensor2D): tf.Tensor2D[] =>
    tf.split(tf.reshape(rows, [tokens, -1]) as tf.Tensor2D, mixtures, 1);
  const all = { logits: split(logits), scores: split(scores), mask: split(mask) };
  return split(gates).map((own, i) => ({
    logits: all.logits[i],
    scores: all.scores[i],
    mask: all.mask[i],
    gates: own,
  }));
}

/** [mixtures]: MaxVio of each. */
function overloads(mask: tf.Tensor2D, topK: number): tf.Tensor1D {
  const count = mask.shape[1];
  const load = tf.div(tf.mean(tf.reshape(mask, [tokens, mixtures, count]), 0), topK);
  return tf.sub(tf.mul(tf.max(load, 1), count), 1) as tf.Tensor1D;
}
