import { normal } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import bias from '../../balancing/bias';
import { mostPairs } from '../../experts/chosen-only';
import * as relu from '../../experts/relu';
import * as sharedExperts from '../../experts/shared';
import { pick, seenAndGradients } from '../../gradients';
import { counts } from '../../metrics';
import adam from '../../optimizers/adam';
import { refuse } from '../../refuse';
import sigmoidNormalised from '../../routers/sigmoid-normalised';
import * as parts from '../../tasks/parts';
import type { Params } from '../../types';
import { type Experiment, read } from '../types';

const reads = ['inCommon', 'sharedSlices', 'sharedWeight', 'learningRate'] as const;

/** Slices in all, those of one token, and the units of one. */
const all = 64;
const active = 6;
const hidden = 8;
const kinds = 16;
const dim = parts.widthOf({ domains: 0, kinds });
const tokens = 128;
const specimens = 1024;
const biasRate = 0.003;

/**
 * Station 07: six of 64 slices answer a token; some of the six are the same for all tokens. A share
 * of the answers is a part that all tokens have. The gates of all six, shared or routed, are equal
 * on average, so that what is compared is not their size. dai2024, eq. 9–11.
 */
export default {
  name: 'common-part',
  reads,
  metrics: {
    loss: { label: 'mean squared error, as a share of the answers’ variance' },
    absorbed: { label: 'share of the common part in the shared answer' },
  },

  start(settings, seed) {
    const { inCommon, sharedSlices: shared } = read(settings, reads);
    refuse(refusal(shared));
    const { experts, topK } = sharedExperts.isolateShared(all, active, shared);
    const data = parts.create(seed, {
      kinds,
      perToken: 1,
      common: Math.sqrt(inCommon / (1 - inCommon)),
    });
    const look = data.specimens(specimens);
    const gate = active ** -0.5;
    const routeScale = tf.scalar(topK * gate);
    const sizes = { experts, dim, hidden, out: parts.out, outDeviation: (active * hidden) ** -0.5 };
    const first: Params = {
      'router.weight': normal<tf.Rank.R2>([dim, experts], 0.3, seed, 'router.weight'),
      ...(shared ? sharedExperts.init(relu, { ...sizes, shared }, seed) : relu.init(sizes, seed)),
    };
    const names = Object.keys(first);
    const numbers = Object.values(first).reduce((sum, { size }) => sum + size, 0);
    const flops = 2 * active * hidden * (dim + parts.out) + 2 * dim * experts;

    const route = (params: Params, x: tf.Tensor2D, chosen: number) =>
      sigmoidNormalised.route({
        x,
        params,
        topK: chosen,
        experts,
        bias: params.bias as tf.Tensor1D,
        live: { routeScale },
      });
    const routed = (params: Params, x: tf.Tensor2D, gates: tf.Tensor2D, chosen: number) =>
      relu.forward(params, x, gates, mostPairs({}, chosen, gates.shape));
    /** What the shared slices say, with the gate they have; nothing where there are none. */
    const common = (params: Params, x: tf.Tensor2D): tf.Tensor2D | undefined =>
      shared ? tf.mul(sharedExperts.always(relu, params, x, shared), gate) : undefined;
    const errorOf = (answer: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar =>
      tf.div(tf.mean(tf.squaredDifference(answer, y)), data.variance);

    return {
      state: { ...first, ...adam.init(first), bias: tf.zeros([experts]) },
      live: ['learningRate', 'sharedWeight'],
      facts: {
        experts,
        topK,
        shared,
        parameters: numbers,
        flopsPerStep: 3 * tokens * flops,
        tokensPerStep: tokens,
      },

      step({ state, live, random }) {
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (trained) => {
          const params = { ...trained, bias: state.bias };
          const { gates, mask } = route(params, x, topK);
          const own = routed(params, x, gates, topK);
          const always = common(params, x);
          const answer = always ? tf.add(own, tf.mul(always, live.sharedWeight)) : own;
          return {
            loss: errorOf(answer as tf.Tensor2D, y),
            mask,
            always: always ?? tf.zerosLike(y),
          };
        });
        const moved = adam.update(now, grads, state, { learningRate: live.learningRate });
        const counted = counts(seen.mask as tf.Tensor2D);
        return {
          state: {
            ...moved.params,
            ...moved.state,
            bias: bias.update(state.bias as tf.Tensor1D, counted, tf.scalar(biasRate)),
          },
          metrics: {
            loss: seen.loss,
            absorbed: explained(data.shared(x), seen.always as tf.Tensor2D),
          },
        };
      },

      probes: {
        /**
         * [3]: the loss with the shared answer, without it, and with as many more routed slices
         * in its place.
         */
        peeled: ({ state }) => {
          const { x, y } = look;
          const alone = (chosen: number) => routed(state, x, route(state, x, chosen).gates, chosen);
          const own = alone(topK);
          const always = common(state, x);
          return tf.stack([
            errorOf(always ? tf.add(own, always) : own, y),
            errorOf(own, y),
            errorOf(shared ? alone(active) : own, y),
          ]);
        },
      },

      dispose() {
        data.dispose();
        tf.dispose([look.x, look.y, routeScale]);
      },
    };
  },
} satisfies Experiment;

/** The share of what `part` varies that a multiple of `answer` explains, a scalar from 0 to 1. */
function explained(part: tf.Tensor2D, answer: tf.Tensor2D): tf.Scalar {
  const product = tf.square(tf.sum(tf.mul(part, answer)));
  const sizes = tf.mul(tf.sum(tf.square(part)), tf.sum(tf.square(answer)));
  return tf.div(product, tf.add(sizes, 1e-18));
}

const refusal = (shared: number) =>
  shared > active - 2
    ? `Of ${active} slices at most ${active - 2} can be shared: a single routed one has a gate that is always the same, and its router learns nothing.`
    : undefined;
