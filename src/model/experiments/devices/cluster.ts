import * as tf from '../../../tensor/tf';
import { ledger } from '../../accounting/ledger';
import { pick, seenAndGradients } from '../../gradients';
import * as sparseLayer from '../../layers/sparse-layer';
import { counts, load, maxVio } from '../../metrics';
import adam from '../../optimizers/adam';
import { refuse } from '../../refuse';
import { balancers } from '../../registry';
import sigmoidNormalised from '../../routers/sigmoid-normalised';
import { domainShares } from '../../routing-statistics';
import type { Balancer } from '../../types';
import { type Act, type Experiment, type Plain, read, type StepInput } from '../types';
import {
  domainMarks,
  first,
  gateSum,
  kindMarks,
  limited,
  setsOf,
  layer as sizes,
  task,
  tokens,
  visits,
} from './shared/cluster';
import { clusterOf, homeOf, inOrder, specimens, topK } from './shared/yard';

const reads = [
  'mostGroups',
  'groupsAre',
  'groupScore',
  'balancer',
  'biasRate',
  'learningRate',
] as const;

/** Tokens that can be followed one by one. */
const sampled = 16;

/**
 * Station 09: 64 experts on eight devices in four nodes, eight of them for each token, and a limit
 * on the devices or nodes that a token may use. What the router's choices send over the links is
 * counted token by token.
 */
export default {
  name: 'cluster',
  reads,
  metrics: {
    loss: { label: 'mean squared error, as a share of the answers’ variance' },
    devices: { label: 'devices of a token' },
    nodes: { label: 'nodes of a token' },
    maxVio: { label: 'MaxVio of the experts, one batch' },
  },

  start(settings, seed) {
    const given = read(settings, reads);
    const balancer = balancers.get(given.balancer);
    refuse(refusal(balancer));
    const layer = { ...sizes, router: limited(sigmoidNormalised, given), balancer };
    refuse(sparseLayer.refusal(layer, tokens));
    const data = task(seed);
    const look = data.specimens(specimens);
    const params = first(seed);
    const names = Object.keys(params);
    const routeScale = tf.scalar(gateSum);

    const chosen = async ({ state }: StepInput): Promise<number[][]> => {
      const mask = tf.tidy(() => {
        const bias = state.bias as tf.Tensor1D;
        return tf.clone(sparseLayer.route(state, look.x, layer, { bias }).routing.mask);
      });
      const sets = await setsOf(mask);
      mask.dispose();
      return sets;
    };
    const bill: Act = async (now) => {
      const { placement } = now.inputs;
      const deviceOf = placement ? Array.from(await placement.data()) : [...inOrder];
      const sets = await chosen(now);
      const samples = Array.from({ length: sampled }, (_, i) => i * (specimens / sampled) + i);
      return {
        ...(ledger(sets, clusterOf(deviceOf)) as unknown as { [name: string]: Plain }),
        deviceOf,
        sample: samples.map((token) => ({ home: homeOf(token), experts: sets[token] })),
      };
    };
    /** For whom each expert comes most often, beside how often it comes at all. */
    const favourites = async ({ state }: StepInput): Promise<Plain> => {
      const both = tf.tidy(() => {
        const bias = state.bias as tf.Tensor1D;
        const { mask } = sparseLayer.route(state, look.x, layer, { bias }).routing;
        return [kindMarks(look.x), domainMarks(look.x)].map((marks) =>
          tf.argMax(domainShares(mask, marks), 0),
        );
      });
      const [kinds, domains] = await Promise.all(both.map(async (of) => [...(await of.data())]));
      tf.dispose(both);
      return { kinds, domains };
    };

    return {
      state: { ...params, ...adam.init(params), bias: tf.zeros([layer.experts]) },
      live: ['learningRate', 'biasRate'],
      facts: { tokensPerStep: tokens, experts: layer.experts, topK },

      step({ state, live, random }) {
        const bias = state.bias as tf.Tensor1D;
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (params) => {
          const routed = sparseLayer.route(params, x, layer, { bias, live: { routeScale } });
          const answer = sparseLayer.answer(params, x, layer, routed);
          const loss = tf.div(tf.mean(tf.squaredDifference(answer, y)), data.variance);
          const { mask, scores } = routed.routing;
          return { loss: loss as tf.Scalar, mask, scores };
        });
        const { mask, scores } = seen as typeof seen & { mask: tf.Tensor2D; scores: tf.Tensor2D };
        const moved = adam.update(now, grads, state, { learningRate: live.learningRate });
        const latest = { routing: { scores }, topK };
        const next = balancer.update?.(bias, counts(mask), live.biasRate, latest);
        const visited = visits(mask);
        return {
          state: { ...moved.params, ...moved.state, bias: next ?? tf.clone(bias) },
          metrics: { loss: seen.loss, ...visited, maxVio: maxVio(load(mask)) },
        };
      },

      acts: {
        /** What 4,096 tokens send and where, where the experts stand now: accounting/ledger.ts. */
        bill,
        /** The experts of each of these tokens. */
        sets: chosen,
        /** The kind and the domain of whose tokens each expert takes the largest share. */
        favourites,
      },

      dispose() {
        data.dispose();
        tf.dispose([look.x, look.y, routeScale]);
      },
    };
  },
} satisfies Experiment;

const refusal = ({ name, update }: Balancer): string | undefined =>
  name === 'none' || update
    ? undefined
    : `This cluster is balanced by a selection bias or by nothing; the balancer "${name}" moves no bias.`;
