import * as tf from '../../../tensor/tf';
import { throughSlots } from '../../dispatch/soft';
import { mostPairs } from '../../experts/chosen-only';
import * as experts from '../../experts/relu';
import { pick, seenAndGradients } from '../../gradients';
import { load, maxVio } from '../../metrics';
import adam from '../../optimizers/adam';
import { balancers, routers } from '../../registry';
import { nextBaseline, policyLoss } from '../../routers/reinforce';
import { soft } from '../../routers/soft';
import type { Params, Router, Routing } from '../../types';
import { type Experiment, read, type Settings, type StepInput } from '../types';
import * as task from './shared/islands';

const reads = [
  'contestant',
  'router',
  'topK',
  'experts',
  'expertHidden',
  'balancer',
  'balanceStrength',
  'temperature',
  'jitter',
  'slotsPerExpert',
  'learningRate',
] as const;

/** Tokens of a training step, of the judgement, and of the picture of the gradient's flow. */
const tokens = 128;
const judged = 2048;
const specimens = 12;
const learned = ['temperature', 'jitter'] as const;

/**
 * Station 05: one task, one set of experts, any router of the library. Beside the loss it shows
 * what reaches the router: the size of its gradient, and the arrow on each logit of twelve tokens.
 */
export default {
  name: 'router-zoo',
  reads,
  metrics: {
    loss: { label: 'mean squared error' },
    routerGradient: { label: 'size of the router’s gradient' },
    expertGradient: { label: 'size of the experts’ gradient' },
    load: { label: 'share of the assignments' },
    maxVio: { label: 'MaxVio of the batch' },
  },

  start(settings, seed) {
    const model = modelOf(settings, seed);
    const data = task.create(seed);
    const names = Object.keys(model.params);
    const routerNames = names.filter((name) => name.startsWith('router'));
    const unseen = (random: StepInput['random']) =>
      // Numbers that no training step draws.
      data.batch(judged, { seed: seed + 1000, counter: tf.zerosLike(random.counter) });

    return {
      state: { ...model.params, ...adam.init(model.params), baseline: tf.scalar(1) },
      live: ['learningRate', 'balanceStrength', 'temperature', 'jitter'],
      facts: {
        islands: task.islands,
        experts: model.experts,
        hidden: model.hidden,
        specimens,
        // Weights that a gradient could move: a table and dice have none.
        routed: routerNames.length > 0,
      },

      step({ state, live, random }) {
        const batch = data.batch(tokens, random);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (params) => {
          const { answer, routing } = model.answer(params, batch, { live, random });
          const costs = tf.mean(tf.squaredDifference(answer, batch.y), 1) as tf.Tensor1D;
          const task = tf.mean(costs) as tf.Scalar;
          return {
            loss: priced(model, task, routing, { costs, state, live }),
            task,
            costs,
            mask: routing?.mask ?? tf.ones([tokens, 1]),
          };
        });
        const moved = adam.update(now, grads, state, live);
        const share = load(seen.mask as tf.Tensor2D);
        return {
          state: {
            ...moved.params,
            ...moved.state,
            baseline: nextBaseline(state.baseline as tf.Scalar, seen.costs as tf.Tensor1D),
          },
          metrics: {
            loss: seen.task,
            routerGradient: length(routerNames.map((name) => grads[name])),
            expertGradient: length(
              names.filter((name) => !routerNames.includes(name)).map((name) => grads[name]),
            ),
            load: share,
            maxVio: maxVio(share),
          },
        };
      },

      probes: {
        /** Loss on tokens never trained on, without noise and without sampling. */
        unseenLoss: ({ state, live, random }) => {
          const batch = unseen(random);
          const { answer } = model.answer(pick(state, names), batch, { live, random, still: true });
          return tf.mean(tf.squaredDifference(answer, batch.y));
        },
        /** [experts]: share of these tokens that each expert takes. */
        unseenLoad: ({ state, live, random }) => {
          const { routing } = model.answer(pick(state, names), unseen(random), {
            live,
            random,
            still: true,
          });
          return load(routing?.mask ?? tf.ones([judged, 1]));
        },
        /** [islands, experts]: of each island's tokens, the share that each expert takes. */
        islandLoad: ({ state, live, random }) => {
          const batch = unseen(random);
          const { routing } = model.answer(pick(state, names), batch, {
            live,
            random,
            still: true,
          });
          const mask = routing?.mask ?? tf.ones<tf.Rank.R2>([judged, 1]);
          const home = tf.cast(
            tf.equal(tf.expandDims(batch.ids, 1), tf.range(0, task.islands, 1, 'int32')),
            'float32',
          ) as tf.Tensor2D; // [judged, islands]
          const taken = tf.matMul(home, mask, true, false);
          return tf.divNoNan(taken, tf.sum(taken, 1, true));
        },
        /** [specimens, experts]: the slope of the loss in each logit, and which were chosen. */
        slopes: (now) => model.slopes(pick(now.state, names), data, now).slopes,
        chosen: (now) => model.slopes(pick(now.state, names), data, now).mask,
      },

      dispose: () => data.dispose(),
    };
  },
} satisfies Experiment;

type Batch = ReturnType<task.Islands['batch']>;
type How = Pick<StepInput, 'live' | 'random'> & { still?: boolean };

/** What trains: experts behind a router, or one network without any. */
function modelOf(settings: Settings, seed: number) {
  const s = read(settings, reads);
  const router: Router = s.router === 'soft' ? soft(s.slotsPerExpert) : routers.get(s.router);
  const balancer = balancers.get(s.balancer);
  const mixture = s.contestant === 'mixture';
  const width =
    s.contestant === 'dense-total' ? s.experts * s.expertHidden : s.topK * s.expertHidden;
  const sizes = mixture
    ? { experts: s.experts, hidden: s.expertHidden }
    : { experts: 1, hidden: width };
  const refusal = mixture && refusalOf(router, s);
  if (refusal) throw new Error(refusal);
  const params: Params = {
    ...(mixture && router.init(task.dim, s.experts, seed)),
    ...experts.init({ ...sizes, dim: task.dim, out: task.out }, seed),
  };

  function route(x: tf.Tensor2D, weights: Params, ids: tf.Tensor1D, how: How): Routing {
    const known = router.live ?? [];
    const live = Object.fromEntries(
      learned.filter((name) => known.includes(name)).map((name) => [name, how.live[name]]),
    );
    return router.route({
      x,
      params: weights,
      topK: s.topK,
      random: how.random,
      live,
      tokenIds: ids,
      experts: s.experts,
      evaluating: how.still,
    });
  }

  /** The answer to given tokens: [tokens, out], and the routing where there is one. */
  function answer(weights: Params, { x, ids }: Pick<Batch, 'x' | 'ids'>, how: How) {
    if (!mixture) {
      const all = tf.ones<tf.Rank.R2>([x.shape[0], 1]);
      return { answer: experts.forward(weights, x, all), routing: undefined };
    }
    const routing = route(x, weights, ids, how);
    return { answer: through(weights, x, routing), routing };
  }

  function through(weights: Params, x: tf.Tensor2D, routing: Routing): tf.Tensor2D {
    const pairs = mostPairs(router, s.topK, [x.shape[0], s.experts]);
    const run = (rows: tf.Tensor2D, gates: tf.Tensor2D) =>
      experts.forward(weights, rows, gates, routing.slots ? rows.shape[0] : pairs);
    return routing.slots ? throughSlots(routing, x, run) : run(x, routing.gates);
  }

  /**
   * Slopes of a few tokens' own losses in their logits: the router is handed its own logits as
   * input and the identity as weight, for a whole batch, since some routers look at all of it.
   * Nothing where a router has no weight, or mixes tokens.
   */
  function slopes(weights: Params, data: task.Islands, { live, random }: StepInput) {
    const key = { seed: seed + 2000, counter: tf.zerosLike(random.counter) };
    const batch = data.batch(tokens, key);
    const few = (rows: tf.Tensor) => tf.slice(rows, [0, 0], [specimens, s.experts]);
    const none = { slopes: tf.zeros([specimens, sizes.experts]) };
    if (!mixture || !weights['router.weight'] || router.perToken === 'all')
      return { ...none, mask: tf.zeros([specimens, sizes.experts]) };
    const eye: Params = { ...weights, 'router.weight': tf.eye(s.experts) };
    if (weights['router.noise']) eye['router.noise'] = tf.zeros([s.experts, s.experts]);
    const logits = tf.matMul(batch.x, weights['router.weight'] as tf.Tensor2D);
    const { seen, grads } = seenAndGradients({ logits }, (moving) => {
      const routing = route(moving.logits as tf.Tensor2D, eye, batch.ids, { live, random: key });
      const given = through(weights, batch.x, routing);
      const costs = tf.mean(tf.squaredDifference(given, batch.y), 1) as tf.Tensor1D;
      const cost = tf.mean(costs) as tf.Scalar;
      // A choice without a gradient must still touch what it is asked about.
      const touched = tf.add(cost, tf.mul(tf.sum(moving.logits), 0)) as tf.Scalar;
      const loss = routing.logProbability
        ? tf.add(touched, policyLoss(routing, costs, tf.scalar(1)))
        : touched;
      return { loss: loss as tf.Scalar, mask: routing.mask };
    });
    return { slopes: few(tf.mul(grads.logits, tokens)), mask: few(seen.mask) };
  }

  return {
    params,
    ...sizes,
    balancer,
    topK: s.topK,
    answer,
    slopes,
  };
}

/** Task loss, with what a sampling router and a balancer add. */
function priced(
  { balancer, topK }: ReturnType<typeof modelOf>,
  task: tf.Scalar,
  routing: Routing | undefined,
  { costs, state, live }: { costs: tf.Tensor1D; state: Params; live: StepInput['live'] },
): tf.Scalar {
  let loss = task;
  if (routing?.logProbability)
    loss = tf.add(loss, policyLoss(routing, costs, state.baseline as tf.Scalar));
  if (routing && balancer.loss)
    loss = tf.add(loss, tf.mul(balancer.loss(routing, topK), live.balanceStrength));
  return loss;
}

/** Length of all of them as one vector; 0 where there are none. */
const length = (grads: tf.Tensor[]): tf.Scalar =>
  grads.length
    ? (tf.sqrt(tf.sum(tf.stack(grads.map((grad) => tf.sum(tf.square(grad)))))) as tf.Scalar)
    : tf.scalar(0);

/** A sentence if the settings cannot work together. */
function refusalOf(
  router: Router,
  { topK, experts, balancer }: { topK: number; experts: number; balancer: string },
): string | undefined {
  if (topK > experts) return `topK ${topK} needs at least ${topK} experts; there are ${experts}.`;
  const { loss, needs } = balancers.get(balancer);
  if (balancer !== 'none' && (!loss || needs?.length))
    return `This lab has room for balancers that add a loss and need nothing else; "${balancer}" does not.`;
  return router.refusal?.({ experts, topK, tokens });
}
