import { normal } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import { readConfig } from '../../accounting/read-config';
import olmoe from '../../accounting/released/olmoe.json';
import { routerShare, scaledShape } from '../../accounting/scaled';
import switchLoss from '../../balancing/switch';
import * as relu from '../../experts/relu';
import * as sharedExperts from '../../experts/shared';
import { pick, seenAndGradients } from '../../gradients';
import * as sparseLayer from '../../layers/sparse-layer';
import adam from '../../optimizers/adam';
import { refuse } from '../../refuse';
import softmaxTopK from '../../routers/softmax-top-k';
import softmaxRenormalised from '../../routers/softmax-top-k-renormalised';
import { binomial } from '../../routes';
import * as parts from '../../tasks/parts';
import type { Params } from '../../types';
import type { Experiment, Inputs } from '../types';
import { setsInUse, takenOf } from './shared/sets';

/** Hidden units at work on a token. */
const units = 64;
const kinds = 16;
const dim = parts.widthOf({ domains: 0, kinds });
const tokens = 128;
const specimens = 512;
const balance = 0.01;
/** More experts than any released model has, and more than a page can train in a minute. */
const most = 512;

/**
 * Station 07: the layer of experts that a released model's configuration describes, scaled down to
 * 64 hidden units at work and tokens of 24 numbers. Counts of experts stay as they are; router,
 * balancer and task are the same for all, so that what differs is the shape.
 */
export default {
  name: 'released-shape',
  reads: ['learningRate'],
  takes: { configuration: 'configuration' },
  defaultInputs: () => ({ configuration: { configuration: olmoe.config } }),
  metrics: {
    loss: { label: 'mean squared error, as a share of the answers’ variance' },
  },

  start(_settings, seed, inputs) {
    const architecture = readConfig(configurationOf(inputs));
    const { original, ...shape } = scaledShape(architecture, units);
    const { experts, topK, hidden, shared } = shape;
    refuse(
      experts > most
        ? `This lab trains layers of up to ${most} routed experts; this configuration has ${experts}.`
        : undefined,
    );
    // A single gate divided by itself would teach the router nothing.
    const router = topK > 1 ? softmaxRenormalised : softmaxTopK;
    const layer = {
      dim,
      out: parts.out,
      ...shape,
      kind: 'relu',
      router,
      balancer: switchLoss,
    } as const satisfies sparseLayer.SparseLayerConfig;
    const data = parts.create(seed, { kinds, perToken: 2, common: 1 });
    const look = data.specimens(specimens);
    const routeScale = tf.scalar(topK);
    const live = topK > 1 ? { routeScale } : undefined;
    const atWork = (topK + shared) * hidden;
    const sizes = { experts, dim, hidden, out: parts.out, outDeviation: atWork ** -0.5 };
    const first: Params = {
      'router.weight': normal<tf.Rank.R2>([dim, experts], 0.3, seed, 'router.weight'),
      ...(shared ? sharedExperts.init(relu, { ...sizes, shared }, seed) : relu.init(sizes, seed)),
    };
    const names = Object.keys(first);
    const numbers = Object.values(first).reduce((sum, { size }) => sum + size, 0);
    const share = routerShare({ dim, out: parts.out, experts, units: atWork, gated: false });
    const one = hidden * (dim + 1 + parts.out) + parts.out;
    const theirs = topK * original.hidden + original.sharedHidden;

    return {
      state: { ...first, ...adam.init(first) },
      live: ['learningRate'],
      facts: {
        experts,
        topK,
        shared,
        hidden,
        width: dim,
        units: atWork,
        allUnits: (experts + shared) * hidden,
        routerShare: share,
        sets: binomial(experts, topK),
        compared: specimens,
        tokensPerExpert: (tokens * topK) / experts,
        modelWidth: original.dim,
        modelHidden: original.hidden,
        modelUnits: theirs,
        modelAllUnits: experts * original.hidden + original.sharedHidden,
        modelLayers: architecture.layers.length,
        modelRouterShare: routerShare({
          dim: original.dim,
          experts,
          units: theirs,
          gated: original.gated,
        }),
        parameters: numbers,
        active: numbers - (experts - topK) * one,
        flopsPerStep: 3 * tokens * 2 * (atWork * (dim + parts.out) + dim * experts),
        tokensPerStep: tokens,
      },

      step({ state, live: given, random }) {
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (params) => {
          const routed = sparseLayer.route(params, x, layer, { live });
          const answer = sparseLayer.answer(params, x, layer, routed);
          const task = tf.div(tf.mean(tf.squaredDifference(answer, y)), data.variance) as tf.Scalar;
          const { total } = sparseLayer.withBalance(task, balance, layer, routed.routing);
          return { loss: total, task };
        });
        const moved = adam.update(now, grads, state, given);
        return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.task } };
      },

      probes: {
        /** [kinds, experts]: the share of a kind's tokens that an expert takes. */
        kindMap: ({ state }) => {
          const marks: tf.Tensor2D = tf.slice(look.x, [0, 0], [specimens, kinds]);
          return takenOf(marks, maskOf(state));
        },
        /** How many different sets of experts 512 tokens have. */
        setsInUse: ({ state }) => setsInUse(maskOf(state), topK),
      },

      dispose() {
        data.dispose();
        tf.dispose([look.x, look.y, routeScale]);
      },
    };

    function maskOf(state: Params): tf.Tensor2D {
      return sparseLayer.route(state, look.x, layer, { live }).routing.mask;
    }
  },
} satisfies Experiment;

function configurationOf(inputs: Inputs) {
  const given = inputs?.configuration;
  if (!given || !('configuration' in given))
    throw new Error('This lab needs the configuration of a model; choose one, or paste yours.');
  return given.configuration;
}
