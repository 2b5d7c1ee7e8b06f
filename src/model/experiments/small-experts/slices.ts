import { normal } from '../../../tensor/random';
import * as tf from '../../../tensor/tf';
import switchLoss from '../../balancing/switch';
import { fineGrained, type Granularity } from '../../experts/fine-grained';
import * as relu from '../../experts/relu';
import { pick, seenAndGradients } from '../../gradients';
import { groupLimited } from '../../group-limited';
import * as sparseLayer from '../../layers/sparse-layer';
import adam from '../../optimizers/adam';
import { refuse } from '../../refuse';
import softmaxRenormalised from '../../routers/softmax-top-k-renormalised';
import { binomial } from '../../routes';
import * as parts from '../../tasks/parts';
import { type Experiment, read } from '../types';
import { setsInUse, takenOf } from './shared/sets';

const reads = ['slices', 'chosen', 'needs', 'gateSum', 'routerPaid', 'learningRate'] as const;

/** Eight experts, of which two answer: what is cut. */
const whole = { experts: 8, hidden: 32, topK: 2 };
const kinds = 8;
const dim = parts.widthOf({ domains: 0, kinds });
const tokens = 128;
/** Tokens to look at, and those of them whose sets are compared, each with each. */
const specimens = 1024;
const compared = 512;
const balance = 0.01;
/** Of a router made by hand: far above the others' 0. */
const certain = 8;

/** Operations of one token, forward: two matrices of each chosen expert, and one of the router. */
const expertFlops = ({ topK, hidden }: Granularity) => 2 * topK * hidden * (dim + parts.out);
const routerFlops = ({ experts }: Granularity) => 2 * dim * experts;

/**
 * Station 07: one layer whose eight experts are cut into slices, on tokens that have several kinds
 * each. Hidden units, those at work and the experts' arithmetic stay what they are, unless the
 * router's is paid for with them. Gates are multiplied so that their size need not fall with k.
 */
export default {
  name: 'slices',
  reads,
  metrics: { loss: { label: 'mean squared error, as a share of the answers’ variance' } },

  start(settings, seed) {
    const { slices, chosen, needs, gateSum, routerPaid } = read(settings, reads);
    const byHand = chosen === 'hand';
    refuse(refusal({ chosen, needs, routerPaid }));
    const shape =
      chosen === 'more'
        ? { ...whole, experts: whole.experts * slices }
        : routerPaid
          ? paid(slices)
          : fineGrained(whole, slices);
    const { experts, hidden, topK } = shape;
    const router =
      chosen === 'together' && slices > 1
        ? groupLimited(softmaxRenormalised, {
            groups: experts / slices,
            limit: topK / slices,
            score: 'sum',
          })
        : softmaxRenormalised;
    const layer = {
      dim,
      experts,
      topK,
      hidden,
      out: parts.out,
      kind: 'relu',
      router,
      balancer: switchLoss,
    } as const satisfies sparseLayer.SparseLayerConfig;
    refuse(sparseLayer.refusal(layer, tokens));
    const data = parts.create(seed, { kinds, perToken: needs });
    const look = data.specimens(specimens);
    const routeScale = tf.scalar(gateSum === 'k' ? topK : Math.sqrt(topK));
    const outDeviation = (topK * hidden) ** -0.5;
    const first = {
      ...(byHand
        ? {}
        : { 'router.weight': normal<tf.Rank.R2>([dim, experts], 0.3, seed, 'router.weight') }),
      ...relu.init({ experts, dim, hidden, out: parts.out, outDeviation }, seed),
    };
    const hand = { 'router.weight': handMade(experts) };
    const names = Object.keys(first);
    const numbers = Object.values(first).reduce((sum, { size }) => sum + size, 0);
    const one = hidden * (dim + 1 + parts.out) + parts.out;
    const work = expertFlops(shape) + routerFlops(shape);

    return {
      state: { ...first, ...adam.init(first) },
      live: ['learningRate'],
      facts: {
        experts,
        hidden,
        topK,
        sets: binomial(experts, topK),
        routerShare: routerFlops(shape) / work,
        parameters: numbers,
        active: numbers - (experts - topK) * one,
        flopsPerStep: 3 * tokens * work,
        tokensPerStep: tokens,
      },

      step({ state, live, random }) {
        const { x, y } = data.batch(tokens, random);
        const now = pick(state, names);
        const { seen, grads } = seenAndGradients(now, (trained) => {
          const params = byHand ? { ...trained, ...hand } : trained;
          const routed = sparseLayer.route(params, x, layer, { live: { routeScale } });
          const answer = sparseLayer.answer(params, x, layer, routed);
          const task = tf.div(tf.mean(tf.squaredDifference(answer, y)), data.variance) as tf.Scalar;
          // A router that stands still has no load to be kept even.
          if (byHand) return { loss: task, task };
          const { total } = sparseLayer.withBalance(task, balance, layer, routed.routing);
          return { loss: total, task };
        });
        const moved = adam.update(now, grads, state, live);
        return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.task } };
      },

      probes: {
        /** [kinds, experts]: the share of a kind's tokens that an expert takes. */
        kindMap: ({ state }) => {
          const marks: tf.Tensor2D = tf.slice(look.x, [0, 0], [specimens, kinds]);
          return takenOf(marks, maskOf(state));
        },
        /** How many different sets of experts 512 tokens have. */
        setsInUse: ({ state }) =>
          setsInUse(tf.slice(maskOf(state), [0, 0], [compared, experts]), topK),
      },

      dispose() {
        data.dispose();
        tf.dispose([look.x, look.y, routeScale, hand['router.weight']]);
      },
    };

    function maskOf(state: Parameters<typeof pick>[0]): tf.Tensor2D {
      const params = byHand ? { ...state, ...hand } : state;
      return sparseLayer.route(params, look.x, layer, { live: { routeScale } }).routing.mask;
    }
  },
} satisfies Experiment;

function refusal({ chosen, needs, routerPaid }: Record<string, unknown>): string | undefined {
  if (chosen === 'hand' && needs !== 2)
    return `By hand, two kinds share out a token’s experts; with ${needs} of them that does not come out even. Set the kinds of a token to 2.`;
  if (chosen === 'more' && routerPaid)
    return 'A router is paid for with units of the experts; experts that stay whole have none to give. Cut them, or leave the router unpaid.';
}

/** As many experts as slices make of eight, as large as the router leaves operations for. */
function paid(slices: number): Granularity {
  const shape = { experts: whole.experts * slices, topK: whole.topK * slices, hidden: 1 };
  // What eight experts of 40 units cost with their router.
  const all = expertFlops({ ...whole, hidden: 40 }) + routerFlops(whole);
  const hidden = Math.round((all - routerFlops(shape)) / expertFlops(shape));
  if (hidden < 1)
    throw new Error(
      `The router of ${shape.experts} experts alone costs more than there is to spend; cut into 12 slices at most.`,
    );
  return { ...shape, hidden };
}

/** [dim, experts]: the first eighth of the experts for the first kind, and so on. */
function handMade(experts: number): tf.Tensor2D {
  const rows = Array.from({ length: dim }, (_, row) =>
    Array.from({ length: experts }, (_, expert) =>
      Math.floor((expert * kinds) / experts) === row ? certain : 0,
    ),
  );
  return tf.tensor2d(rows);
}
